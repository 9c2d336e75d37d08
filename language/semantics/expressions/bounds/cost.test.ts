import { describe, expect, it } from 'vitest'
import { testChecker, told } from '../test-checker.ts'
import { costOf } from './cost.ts'

const checker = testChecker(`
type Body = { items: list<string>, others: list<string>, tags: set<string>, by: map<string, list<string>> }
identity a via jwt { sub: string }
data names: list<string>
def found(name: string): bool = names.exists(n, n == name)
def twice(name: string): bool = found(name) || found(name + "x")
`)

function cost(text: string): number {
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
  ])('%s', (text, steps) => {
    expect(cost(text)).toBe(steps)
  })
})

describe('a condition of more than a million', () => {
  it.each([
    'body.items.all(i, body.others.all(o, names.exists(n, n == i + o)))',
    'body.items.all(i, body.others.exists(o, o in names))',
    'body.items.all(i, body.others.exists(o, o == i) && names.exists(n, n == i))',
    'body.items.all(i, twice(i))',
    'body.items.all(i, names + [i] == body.items)',
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
    expect(diagnostic?.message).toBe('this may take 2,000,000 steps, and 1,000,000 are allowed')
  })
})
