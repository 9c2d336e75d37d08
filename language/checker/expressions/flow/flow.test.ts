import { describe, expect, it } from 'vitest'
import { showExpression } from '../show-expression.ts'
import { testChecker, told } from '../test-checker.ts'

const checker = testChecker(`
type Item = { sku: string, note?: string, at?: { zip?: string } }
type Query = { page?: int }
type Body = { items: list<Item>, by: map<string, Item> }
identity a via jwt { sub: string, groups: set<string>, level?: int, tier?: string, quotas: map<string, int>, home?: Item }
identity b via jwt { sub: string, level: int }
identity c via jwt { sub: int }
role of_a of a
data limits: map<string, int>
data names: list<string>
def noted(item: Item): bool = has(item.note) && item.note != ""
`)
const onlyA = { callers: ['a'] }

describe('what a guard makes readable', () => {
  it.each([
    'has(caller.level) && caller.level > 3',
    '!has(caller.level) || caller.level > 3',
    'has(caller.level) ? caller.level > 3 : true',
    '!has(caller.level) ? true : caller.level > 3',
    '"k" in caller.quotas && caller.quotas["k"] > 3',
    'has(caller.quotas.k) && caller.quotas.k > 3',
    // A field of a map is an entry, however either is asked for.
    'has(caller.quotas.k) && caller.quotas["k"] > 3',
    '"k" in caller.quotas && caller.quotas.k > 3',
    'limits[?"k"].hasValue() && limits.k > 3',
    'limits.?k.hasValue() && limits["k"] > 3',
    'caller.sub in limits && limits[caller.sub] > 3',
    'caller.sub.lowerAscii() in limits && limits[caller.sub.lowerAscii()] > 3',
    'caller.?tier.orValue("x") in limits && limits[caller.?tier.orValue("x")] > 3',
    'has(caller.home) && has(caller.home.at) && has(caller.home.at.zip) && caller.home.at.zip == "1"',
    // What has a value is there.
    'caller.?level.hasValue() && caller.level > 3',
    '!caller.?level.hasValue() || caller.level > 3',
    'limits[?"k"].hasValue() && limits["k"] > 3',
    'caller.?home.?at.?zip.hasValue() && caller.home.at.zip == "1"',
    'caller.?home.?note.hasValue() && has(caller.home.at)',
    'request.headers[?"x-a"].hasValue() && request.headers["x-a"] == "1"',
    // Into comprehensions, and within them.
    'has(caller.level) && body.items.all(i, i.sku.size() > caller.level)',
    '"k" in limits && names.exists(n, n.size() > limits["k"])',
    'body.items.all(i, has(i.note) && i.note != "")',
    'body.items.all(i, !has(i.note) || i.note != "")',
    'body.items.all(i, has(i.at) && has(i.at.zip) && i.at.zip != "")',
    'body.items.map(i, has(i.note), i.note).size() > 0',
    'body.items.all(i, has(i.note) && names.exists(n, n == i.note))',
    'names.all(n, n in limits && limits[n] > 3)',
    'body.by.all(k, k in limits && limits[k] > 3)',
    'body.items.exists(i, has(i.note) && body.items.exists(j, has(j.note) && i.note == j.note))',
    'caller.?home.optMap(h, has(h.note) && h.note == "x").orValue(false)',
    'body.items.all(i, noted(i))',
  ])('%s', (text) => {
    expect(checker.clauses([text], onlyA).diagnostics.map(told)).toEqual([])
  })

  it.each([
    [['has(caller.level)', 'caller.level > 3']],
    [['unless !has(caller.level)', 'caller.level > 3']],
    [['has(caller.level)', 'unless caller.level > 3']],
    [['caller.?level.hasValue()', 'names.exists(n, n.size() > caller.level)']],
  ])('across the clauses %j', (clauses) => {
    expect(checker.clauses(clauses, onlyA).diagnostics.map(told)).toEqual([])
  })
})

describe('what it does not', () => {
  it.each([
    ['has(caller.level) || caller.level > 3', 'caller.level'],
    ['has(caller.level) ? true : caller.level > 3', 'caller.level'],
    ['caller.?level.hasValue() || caller.level > 3', 'caller.level'],
    ['caller.?level.orValue(0) > 1 && caller.level > 3', 'caller.level'],
    // Out of a comprehension.
    ['names.all(n, has(caller.level)) && caller.level > 3', 'caller.level'],
    ['names.exists(n, n in limits) && limits["n"] > 3', 'limits["n"]'],
    ['body.items.filter(i, has(i.note)).all(i, i.note != "")', 'i.note'],
    // One variable for another.
    ['body.items.all(i, has(i.note) && body.items.exists(i, i.note == "x"))', 'i.note'],
    ['body.items.all(i, has(i.note)) && body.items.all(i, i.note == "x")', 'i.note'],
    ['body.items.all(i, body.items.all(i, has(i.note)) && i.note == "x")', 'i.note'],
    ['body.items.exists(i, body.items.exists(j, has(i.note) && j.note == "x"))', 'j.note'],
    ['names.all(n, n in limits) && names.all(n, limits[n] > 3)', 'limits[n]'],
    // What is not the same, or may be another each time.
    ['has(caller.quotas.k) && caller.quotas.o > 3', 'caller.quotas.o'],
    ['{"k": 1}[?caller.sub].hasValue() && {"k": 1}[caller.sub] > 3', '{"k": 1}[caller.sub]'],
    ['"caller.sub" in limits && limits[caller.sub] > 3', 'limits[caller.sub]'],
    ['names[?0].orValue("") in limits && limits[names[?1].orValue("")] > 3', 'limits[names[?1].orValue("")]'],
    ['caller.sub.charAt(0) in limits && limits[caller.sub.charAt(0)] > 3', 'limits[caller.sub.charAt(0)]'],
    ['"1" in limits && limits[string(1)] > 3', 'limits[string(1)]'],
    ['(caller.sub + "x") in limits && limits[caller.sub + "x"] > 3', 'limits[caller.sub + "x"]'],
    // Deeper than what is known.
    ['has(caller.home) && has(caller.home.at.zip)', 'caller.home.at'],
    ['caller.?home.hasValue() && caller.home.note == ""', 'caller.home.note'],
  ])('%s', (text, span) => {
    const { diagnostics } = checker.clauses([text], onlyA)
    expect(diagnostics.map(({ span: at }) => at.source.text.slice(at.start, at.end))).toEqual([span])
    expect(diagnostics[0]?.code).toMatch(/IAP302[34]/)
  })

  it('is not carried into a def', () => {
    const strict = testChecker('identity a via jwt { level?: int }\ndef high(): bool = caller is a && caller.level > 3\n')
    expect(strict.diagnostics.map(told)).toEqual(['IAP3023 caller.level'])
  })
})

describe('who calls', () => {
  it.each([
    'caller is a && caller.groups.exists(g, g == caller.sub)',
    'caller is a && names.exists(n, n == caller.sub)',
    'caller is of_a ? names.exists(n, n == caller.sub) : false',
    '!(caller is a) || names.all(n, n != caller.sub)',
    // One of those who may call declares it.
    'caller.?groups.orValue([]) == ["x"]',
    'caller.?quotas[?"k"].orValue(0) > 1',
    'caller.?level.orValue(1) > 0',
    '(caller is a || caller is b) && caller.?sub.orValue("") == "x"',
  ])('%s', (text) => {
    expect(checker.clauses([text]).diagnostics.map(told)).toEqual([])
  })

  it.each([
    ['caller.sub == "x"', 'IAP3020 caller.sub'],
    ['names.exists(n, n == caller.sub)', 'IAP3020 caller.sub'],
    ['caller.?sub.hasValue()', 'IAP3022 caller.?sub'],
    ['caller is anonymous && caller.?level.hasValue()', 'IAP3020 caller.?level'],
    ['caller is b && caller.?groups.hasValue()', 'IAP3018 groups'],
    ['names.exists(n, caller is a) && caller.groups == []', 'IAP3020 caller.groups'],
  ])('%s', (text, expected) => {
    expect(checker.clauses([text]).diagnostics.map(told)).toEqual([expected])
  })
})

describe('guards of an operand', () => {
  /** Of each operand of the chain, the places of its guards. */
  function guardsIn(texts: readonly string[], place = {}): readonly (readonly string[])[] {
    const { expressions, diagnostics } = checker.clauses(texts, place)
    expect(diagnostics.map(told)).toEqual([])
    const [only] = expressions.length === 1 ? expressions : []
    const operands = only?.kind === 'Chain' ? only.operands : expressions
    return operands.map((operand) => (checker.tables.guards.get(operand) ?? []).map(showExpression))
  }

  it.each([
    [['has(caller.level) && caller.level > 3'], [[], ['has(caller.level)']]],
    [
      ['has(caller.level) && params.id == "x" && caller.level > 3'.replace('params.id', 'request.path')],
      [[], [], ['has(caller.level)']],
    ],
    [['has(caller.level) && body.items.all(i, i.sku.size() > caller.level)'], [[], ['has(caller.level)']]],
    [['body.items.all(i, has(i.note) && i.note != "") && true'], [[], []]],
    [['caller.?level.hasValue() && names.map(n, n.size() > caller.level) == [true]'], [[], ['caller.?level.hasValue()']]],
    [['!has(caller.level) || caller.level > 3'], [[], ['!has(caller.level)']]],
    [
      ['has(caller.level)', 'unless caller.level > 3'],
      [[], ['has(caller.level)']],
    ],
    [['has(caller.level) && "k" in limits && limits["k"] > caller.level'], [[], [], ['has(caller.level)', '"k" in limits']]],
  ])('%j', (texts, expected) => {
    expect(guardsIn(texts, onlyA)).toEqual(expected)
  })

  it('of what is read of a caller, who it is', () => {
    expect(guardsIn(['caller is a && caller.?level.orValue(0) > 1 && caller.groups == []'])).toEqual([
      [],
      ['caller is a'],
      ['caller is a'],
    ])
  })

  it('lie within a comprehension where its chain does', () => {
    const { expressions } = checker.clauses(['body.items.all(i, has(i.note) && i.note != "")'], onlyA)
    const [all] = expressions
    const chain = all?.kind === 'Comprehension' ? all.body : null
    const [first, second] = chain?.kind === 'Chain' ? chain.operands : []
    expect(second && checker.tables.guards.get(second)).toEqual([first])
  })
})
