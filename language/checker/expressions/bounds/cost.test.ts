import { describe, expect, it } from 'vitest'
import { testChecker, told } from '../test-checker.ts'
import { type Cost, costOf } from './cost.ts'

const checker = testChecker(`
type Body = { items: list<string>, others: list<string>, tags: set<string>, by: map<string, list<string>> }
identity a via jwt { sub: string }
data names: list<string>
def found(name: string): bool = names.exists(n, n == name)
def doubled(list: list<string>): list<string> = list + list
def longest(list: list<string>): bool = list.exists(n, n == "x")
def pairs(list: list<string>): bool = list.all(a, list.all(b, a == b))
def twice(name: string): bool = found(name) || found(name + "x")
`)

function cost(text: string): Cost {
  const { expression, diagnostics } = checker.value(text)
  expect(diagnostics.map(told)).toEqual([])
  const { types, references } = checker.tables
  return costOf(expression, {
    typeOf: (node) => types.get(node) as never,
    referenceOf: (node) => references.get(node) as never,
  })
}

describe('steps', () => {
  it.each([
    // Operations by the fifty.
    ['caller.?sub.orValue("") == "x"', 0],
    [`${'request.path == "x" || '.repeat(60)}true`, 2],
    // A round is a step, whatever is said in it.
    ['names.exists(n, n == "x")', 1000],
    ['names.all(n, n.startsWith("x") && n.endsWith("y") && n.size() < 3)', 1000],
    ['names.filter(n, n != "x").map(n, n + "s").exists(n, n == "xs")', 3000],
    ['names.map(n, n != "x", n + "s").size() > 3', 1000],
    ['body.by.exists(k, k == "x")', 1000],
    // Round by round.
    ['body.items.all(i, body.others.exists(o, o == i))', 1_000_000],
    ['body.items.all(i, i in names)', 1_000_000],
    ['body.items.all(i, i in body.tags)', 1000],
    ['body.items.all(i, i in ["a", "b", "c"])', 1000],
    ['body.items.all(i, found(i))', 1_000_000],
    ['["a", "b"].all(i, body.items.exists(o, o == i))', 2000],
    ['body.items.exists(i, ["a", "b"].exists(o, o == i))', 2000],
    // Elements gone through.
    ['"x" in names', 1000],
    ['"x" in body.tags', 0],
    ['"x" in body.by', 0],
    ['names == body.items', 1000],
    ['names == ["x"]', 0],
    ['body.tags != body.tags', 1000],
    ['size(names + body.items) > 3', 2000],
    ['["x"] in [names]', 20],
    ['sets.contains(names, body.items)', 2000],
    ['sets.intersects(names, ["x"])', 1000],
    ['names.join(",") == ""', 1000],
    ['body.by[?"x"].optMap(x, x.exists(y, y == "z")).orValue(false)', 1000],
    ['found("x") || twice("y")', 3000],
    // What was made larger, or is known to be smaller, is so under another name, too.
    ['(names + names).filter(n, n != "").map(n, n).exists(n, n == "x")', 2000 + 2000 + 2000 + 2000],
    ['[names, names].exists(list, list.exists(n, n == "x"))', 2000],
    ['[names + names].exists(list, list.exists(n, n == "x"))', 2000 + 2000],
    ['[["a", "b"]].all(list, list.all(n, n in names))', 2000],
    ['body.by[?"x"].optMap(x, x + x).orValue([]).exists(y, y == "z")', 2000 + 2000],
    ['{"a": names + names}.a.exists(n, n == "x")', 2000 + 2000],
    ['{"a": names + names}.?a.orValue([]).exists(n, n == "x")', 2000 + 2000],
    ['longest(["a"]) || longest(names)', 2000],
    ['longest(names + names)', 2000 + 2000],
    ['longest(doubled(names))', 2000 + 2000],
    ['longest(doubled(doubled(names)))', 2000 + 4000 + 4000],
  ])('%s', (text, steps) => {
    expect(cost(text).steps).toBe(steps)
  })
})

describe('a condition of more than a million', () => {
  it.each([
    'body.items.all(i, body.others.all(o, names.exists(n, n == i + o)))',
    'body.items.all(i, body.others.exists(o, o in names))',
    'body.items.all(i, body.others.exists(o, o == i) && names.exists(n, n == i))',
    'body.items.all(i, twice(i))',
    'body.items.all(i, names + [i] == body.items)',
    'pairs(names + names)',
    'pairs(doubled(names))',
  ])('%s', (text) => {
    expect(checker.clauses([text]).diagnostics.map(told)).toEqual([`IAP3062 ${text}`])
  })

  it('is refused by itself, not for those beside it', () => {
    const million = 'body.items.all(i, body.others.exists(o, o == i))'
    expect(checker.clauses([million, million]).diagnostics).toEqual([])
    expect(checker.clauses([`${million} && ${million}`]).diagnostics).toHaveLength(1)
  })

  it('is told in numbers that can be read', () => {
    const [diagnostic] = checker.clauses(['body.items.all(i, twice(i))']).diagnostics
    expect(diagnostic?.message).toBe('this may take 2,000,000 steps, but at most 1,000,000 are allowed')
  })
})

describe('what is said in few words and is much', () => {
  const declared = (first: string, next: (before: string) => string, count: number) =>
    testChecker(
      ['data m: map<string, int>', `def f0${first}`]
        .concat(Array.from({ length: count }, (_, at) => `def f${at + 1}${next(`f${at}`)}`))
        .join('\n'),
    ).diagnostics.map(told)

  it('defs that call one def twice', () => {
    const next = (f: string) => `(a: int): int = ${f}(a) + ${f}(a)`
    expect(declared('(a: int): int = a - a', next, 22)).toEqual([])
    expect(declared('(a: int): int = a - a', next, 60)).toEqual(['IAP3062 f23(a) + f23(a)'])
  })

  it('the same behind an optional', () => {
    const next = (f: string) => `(a: int): int = m[?"x"].optMap(x, ${f}(x) + ${f}(x)).orValue(a)`
    expect(declared('(a: int): int = a', next, 60)).toEqual([expect.stringMatching(/^IAP3062 m\[\?"x"\]/)])
  })

  it('lists that are added to themselves', () => {
    const next = (f: string) => `(l: list<int>): list<int> = ${f}(l + l)`
    expect(declared('(l: list<int>): list<int> = l', next, 8)).toEqual([])
    expect(declared('(l: list<int>): list<int> = l', next, 60)).toEqual(['IAP3062 f8(l + l)'])
    const doubled = '[names]'.concat('.map(x, x + x)'.repeat(40), '.size() > 0')
    expect(checker.clauses([doubled]).diagnostics.map(({ code }) => code)).toEqual(['IAP3062'])
  })

  it('texts that are added to themselves', () => {
    const next = (f: string) => `(t: string): string = ${f}(t) + ${f}(t)`
    expect(declared('(t: string): string = t', next, 5)).toEqual([])
    expect(declared('(t: string): string = t', next, 60)).toEqual(['IAP3074 f5(t) + f5(t)'])
    expect(declared('(t: string): string = t', (f) => `(t: string): string = ${f}(t + t)`, 60)).toEqual(['IAP3074 f5(t + t)'])
    const doubled = '[caller.sub]'.concat('.map(x, x + x)'.repeat(6), '.size() > 0')
    expect(checker.clauses(['caller is a', doubled]).diagnostics.map(told)).toEqual([`IAP3074 ${doubled}`])
  })
})

it('a list of many elements is one', () => {
  const many = Array.from({ length: 150_000 }, (_, at) => `"${at}"`).join(', ')
  expect(cost(`caller.?sub.orValue("") in [${many}]`).steps).toBe(6000)
})

describe('texts that are put together', () => {
  it.each([
    ['"a" == "a"', 0],
    ['"a" + "b" + names.join() == ""', 3],
    ['names.map(n, n + "/" + n).exists(n, n == "")', 3],
    ['["a" + "b", "c"].map(n, n + "d").exists(n, n == "")', 3],
    ['{"a": "b" + "c"}[?"a"].orValue("") + "d" == ""', 3],
    ['{"a": "b" + "c"}.a + "d" == ""', 3],
    ['{"a": {"b": "b" + "c"}}.?a.?b.orValue("") + "d" == ""', 3],
    ['("a" + "b").trim().lowerAscii() + string("c" + "d") == ""', 4],
    ['("a" + "b").split("c").all(n, n + "d" == "")', 3],
    // What could make a text of any length errs where it does.
    ['("a" + "b").replace("a", "c" + "d") + "e" == ""', 2],
    ['found("a" + "b")', 2],
    ['twice("a" + "b")', 3],
  ])('%s', (text, texts) => {
    expect(cost(text).texts).toBe(texts)
  })

  it('are 32 at most', () => {
    expect(checker.clauses([`${'"a" + '.repeat(31)}"b" == ""`]).diagnostics).toEqual([])
    const [diagnostic] = checker.clauses([`${'"a" + '.repeat(32)}"b" == ""`]).diagnostics
    expect(diagnostic?.message).toBe('this may concatenate 33 strings into one, but at most 32 are allowed')
  })
})
