/** Expressions → values, through checker, lowering, passes and emitted code; and the same without passes. */
import { describe, expect, test } from 'vitest'
import { checkStandalone, parseExpression, type Type } from '../language/index.ts'
import { compileExpression } from './compile-expression.ts'
import { runExpression } from './testing/run-expression.ts'

const ERROR = undefined

const TEXT: Type = { kind: 'string' }
const INT: Type = { kind: 'int' }
const DOUBLE: Type = { kind: 'double' }
const list = (element: Type): Type => ({ kind: 'list', element })
const set = (element: Type): Type => ({ kind: 'set', element })
const map = (value: Type): Type => ({ kind: 'map', value })
const PERSON: Type = {
  kind: 'record',
  open: false,
  fields: new Map([
    ['name', { type: TEXT, optional: false, path: ['name'] }],
    ['age', { type: INT, optional: true, path: ['age'] }],
    ['constructor', { type: TEXT, optional: true, path: ['constructor'] }],
  ]),
}

/** Those whose values a pass cannot know. */
const VARIABLES: Readonly<Record<string, readonly [Type, unknown]>> = {
  yes: [{ kind: 'bool' }, true],
  no: [{ kind: 'bool' }, false],
  zero: [INT, 0],
  one: [INT, 1],
  seven: [INT, 7],
  most: [INT, Number.MAX_SAFE_INTEGER],
  half: [DOUBLE, 0.5],
  nought: [DOUBLE, 0],
  s: [TEXT, 'ta©o\u{1f600}αT'],
  word: [TEXT, 'abc'],
  nothing: [TEXT, ''],
  t: [{ kind: 'timestamp' }, 1234567890_123456789n],
  d: [{ kind: 'duration' }, 90_000_000_000n],
  addr: [{ kind: 'ip' }, '10.1.2.3'],
  net: [{ kind: 'cidr' }, '10.1.2.3/8'],
  ints: [list(INT), [1, 2, 3]],
  none: [list(INT), []],
  doubles: [list(DOUBLE), [0.5, 1.5]],
  words: [list(TEXT), ['a', 'b', 'a']],
  nested: [list(list(INT)), [[1], [2, 3], []]],
  tags: [set(TEXT), new Set(['x', 'y'])],
  numbers: [set(INT), new Set([1, 2])],
  counts: [
    map(INT),
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  ],
  groups: [map(set(TEXT)), new Map([['ann', new Set(['x'])]])],
  person: [PERSON, { $name: 'ann', age: undefined, $constructor: undefined }],
  adult: [PERSON, { $name: 'bob', age: 30, $constructor: 'me' }],
  people: [
    list(PERSON),
    [
      { $name: 'ann', age: undefined },
      { $name: 'bob', age: 30 },
    ],
  ],
  tree: [{ kind: 'hierarchy' }, { within: (a: string, b: string) => a === b || (a === 'cat' && b === 'animal') }],
}
const TYPES = new Map(Object.entries(VARIABLES).map(([name, [type]]) => [name, type]))
const VALUES = Object.fromEntries(Object.entries(VARIABLES).map(([name, [, value]]) => [name, value]))

function codeOf(text: string, optimize: boolean): string {
  const { result, diagnostics } = parseExpression({ name: 'expression', text })
  if (result === null) throw new Error(`${text}: ${diagnostics.map(({ message }) => message).join('; ')}`)
  const checked = checkStandalone(result, TYPES)
  if (checked.diagnostics.length > 0) throw new Error(`${text}: ${checked.diagnostics.map(({ message }) => message).join('; ')}`)
  return optimize ? compileExpression(result, checked, TYPES) : compileExpression(result, checked, TYPES, [])
}

function evaluate(text: string): unknown {
  const [plain, optimized] = [false, true].map((optimize) => runExpression(codeOf(text, optimize), VALUES))
  expect(optimized, `${text}, optimized`).toEqual(plain)
  return plain
}

function table(name: string, rows: readonly (readonly [text: string, value: unknown])[]): void {
  describe(name, () => {
    test.each(rows)('%s', (text, value) => {
      const found = evaluate(text)
      expect(found).toEqual(value)
      // `toEqual` takes the two zeros for one.
      if (value === 0) expect(Object.is(found, value)).toBe(true)
    })
  })
}

table('int', [
  ['seven * 3 - 1', 20],
  ['-seven / 2', -3],
  ['-seven % 2', -1],
  ['seven % -2', 1],
  ['zero * -1', 0],
  ['-zero', 0],
  ['-(seven - 7)', 0],
  ['zero / -7', 0],
  ['-7 % seven', 0],
  ['seven / zero', ERROR],
  ['seven % zero', ERROR],
  ['zero / zero', ERROR],
  ['most + 1', ERROR],
  ['-most - 1', ERROR],
  ['most * most', ERROR],
  ['most * 1', Number.MAX_SAFE_INTEGER],
  ['most / most', 1],
  ['most - (most + 1)', ERROR],
  ['(seven - 1) - (2 - seven)', 11],
  ['2 * (seven + 1)', 16],
  ['(seven + 1) / 2 * 3', 12],
  ['seven - -1', 8],
  // An int has one zero, which the quotient of doubles would tell.
  ['1.0 / double(-zero)', Number.POSITIVE_INFINITY],
  ['1.0 / double(zero * -1)', Number.POSITIVE_INFINITY],
  ['1.0 / double(int(-0.5))', Number.POSITIVE_INFINITY],
])

table('double', [
  ['half * 3.0 / 2.0', 0.75],
  ['1.0 / nought', Number.POSITIVE_INFINITY],
  ['1.0 / -nought', Number.NEGATIVE_INFINITY],
  ['1.0 / -0.0', Number.NEGATIVE_INFINITY],
  ['nought / nought', Number.NaN],
  ['nought / nought == nought / nought', false],
  ['nought / nought != nought / nought', true],
  ['nought / nought < 1.0', false],
  ['-nought == nought', true],
  ['(nought / nought) in doubles', false],
  ['(nought / nought) in [nought / nought]', false],
  ['[nought / nought] == [nought / nought]', false],
  ['half - (half - 1.0)', 1],
])

table('order and equality', [
  ['no < yes', true],
  ['yes <= no', false],
  ['s < "tb"', true],
  ['"\\uff5e" < "\\U0001F600"', true],
  ['t < t + d', true],
  ['d >= duration("90s")', true],
  ['t == timestamp("2009-02-13T23:31:30.123456789Z")', true],
  ['addr == ip("::ffff:10.1.2.3")', true],
  ['net == cidr("10.0.0.0/8")', false],
  ['net.masked() == cidr("10.0.0.0/8")', true],
  ['ints == [1, 2, 3]', true],
  ['nested == [[1], [2, 3], none]', true],
  ['nested == [[1], [3, 2], none]', false],
  ['tags == ["y", "x", "y"]', true],
  ['counts == {"b": 2, "a": 1}', true],
  ['counts == {"b": 2}', false],
  ['counts[?"a"] == counts[?"b"]', false],
  ['counts[?"x"] == counts[?"y"]', true],
  ['counts[?"a"] == ints[?0]', true],
  ['groups[?"ann"] == groups[?"bob"]', false],
  ['(seven / zero) == 1', ERROR],
  ['(seven / zero) != 1', ERROR],
])

table('membership', [
  ['2 in ints', true],
  ['4 in ints', false],
  ['[2, 3] in nested', true],
  ['[3] in nested', false],
  ['"x" in tags', true],
  ['"a" in counts', true],
  ['"__proto__" in counts', false],
  ['seven in [1, 2, 3, 4, 5, 6, 7]', true],
  ['seven in [one, 2, seven]', true],
  ['t in [t - d, t]', true],
  ['d in [duration("90s"), duration("1s"), duration("2s"), duration("3s"), duration("4s")]', true],
  ['(seven / zero) in ints', ERROR],
  ['1 in [1, seven / zero]', ERROR],
  ['addr in [ip("10.1.2.3")]', true],
])

table('absorption', [
  ['no && seven / zero > 0', false],
  ['seven / zero > 0 && no', false],
  ['yes || seven / zero > 0', true],
  ['seven / zero > 0 || yes', true],
  ['yes && seven / zero > 0', ERROR],
  ['seven / zero > 0 || no', ERROR],
  ['!(seven / zero > 0)', ERROR],
  ['seven / zero > 0 ? 1 : 2', ERROR],
  ['yes ? 1 : seven / zero', 1],
  ['no ? seven / zero : 2', 2],
  ['(seven / zero > 0 ? yes : no) || yes', true],
])

table('texts', [
  ['s.size()', 7],
  ['size(s)', 7],
  ['s.charAt(4)', '\u{1f600}'],
  ['s.charAt(7)', ''],
  ['s.charAt(8)', ERROR],
  ['s.charAt(-one)', ERROR],
  ['s.indexOf("α")', 5],
  ['s.indexOf("a", 2)', -1],
  ['s.indexOf("a", 8)', ERROR],
  ['s.lastIndexOf("o", 6)', 3],
  ['s.lastIndexOf("")', 7],
  ['s.substring(4, 6)', '\u{1f600}α'],
  ['s.substring(5)', 'αT'],
  ['s.substring(5, 4)', ERROR],
  ['s.replace("a", "$&")', 't$&©o\u{1f600}αT'],
  ['word.replace("", "-", 2)', '-a-bc'],
  ['word.split("")', ['a', 'b', 'c']],
  ['"a,b,c".split(",", 2)', ['a', 'b,c']],
  ['nothing.split("")', []],
  ['" x\\u0085".trim()', 'x'],
  ['s.reverse()', 'Tα\u{1f600}o©at'],
  ['words.join("-")', 'a-b-a'],
  ['words.join()', 'aba'],
  ['s.upperAscii().lowerAscii().startsWith("ta©")', true],
  ['s.endsWith("αT") && s.contains("o")', true],
  ['s + word + "!"', 'ta©o\u{1f600}αTabc!'],
  ['word.matches("^[a-c]+$")', true],
  ['matches(word, "B")', false],
  ['s.matches("^ta.o.αT$")', true],
  ['"a\\nb".matches("(?m)^b$")', true],
  ['nothing.matches("")', true],
])

table('conversions', [
  ['int("12") + int(1.9) + int(-1.9)', 12],
  ['int("+12")', 12],
  ['int(word)', ERROR],
  ['int(word + "1")', ERROR],
  ['int(1e300 * half)', ERROR],
  ['int(t)', 1234567890],
  ['double("-1e3")', -1000],
  ['double(nothing)', ERROR],
  ['double(seven)', 7],
  ['string(seven)', '7'],
  ['string(-seven)', '-7'],
  ['string(yes)', 'true'],
  ['string(half)', '0.5'],
  ['string(-nought)', '-0'],
  ['string(1e21)', '1e+21'],
  ['string(t)', '2009-02-13T23:31:30.123456789Z'],
  ['string(d)', '90s'],
  ['string(addr) + string(net)', '10.1.2.310.1.2.3/8'],
  ['bool("T") && !bool("f")', true],
  ['bool(word)', ERROR],
  ['int(seven) + int(int("3"))', 10],
])

table('times', [
  ['t + d - d == t', true],
  ['d + t == t + d', true],
  ['(t + d) - t', 90_000_000_000n],
  ['d - duration("100s")', -10_000_000_000n],
  ['duration("1h") + d', 3_690_000_000_000n],
  ['timestamp("9999-12-31T23:59:59Z") + d', ERROR],
  ['timestamp("0001-01-01T00:00:00Z") - d', ERROR],
  ['timestamp("9999-12-31T23:59:59Z") - timestamp("0001-01-01T00:00:00Z")', 315537897599n * 10n ** 9n],
  ['duration("315576000000s") + d', ERROR],
  ['timestamp(word)', ERROR],
  ['timestamp(word) + d', ERROR],
  ['timestamp(word) < t', ERROR],
  ['t - timestamp(word)', ERROR],
  ['duration(word) + d', ERROR],
  ['timestamp(seven)', 7n * 10n ** 9n],
  ['timestamp(most)', ERROR],
  ['t.getFullYear() + t.getMonth() + t.getDate()', 2023],
  ['t.getHours()', 23],
  ['t.getHours("Europe/Berlin")', 0],
  ['t.getDayOfMonth("Europe/Berlin")', 13],
  ['t.getHours("-02:30")', 21],
  ['t.getHours(word)', ERROR],
  ['t.getHours("Europe/" + "Berlin")', 0],
  ['t.getMilliseconds() + d.getMilliseconds()', 123],
  ['d.getSeconds() + d.getMinutes() + d.getHours()', 91],
  ['timestamp("2026-03-29T01:00:00Z").getHours("Europe/Berlin")', 3],
])

table('addresses', [
  ['net.containsIP(addr)', true],
  ['cidr("10.0.0.0/8").containsIP(addr)', true],
  ['cidr("11.0.0.0/8").containsIP(addr)', false],
  ['net.containsIP("10.9.9.9")', true],
  ['net.containsIP(word)', ERROR],
  ['net.containsIP(word) || yes', true],
  ['!net.containsIP(word)', ERROR],
  ['cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16")', true],
  ['net.containsCIDR(cidr("0.0.0.0/0"))', false],
  ['ip(word)', ERROR],
  ['cidr(string(addr) + "/8").ip()', '10.1.2.3'],
  ['net.prefixLength() + addr.family()', 12],
  ['isIP(word) || isCIDR(string(net))', true],
  ['ip.isCanonical("10.1.2.3")', true],
  ['ip.isCanonical(word)', ERROR],
  ['addr.isGlobalUnicast() && !addr.isLoopback()', true],
])

table('math', [
  ['math.greatest(one, 3, seven)', 7],
  ['math.least(ints)', 1],
  ['math.greatest(none)', ERROR],
  ['math.greatest([seven, 9])', 9],
  ['math.least(half, nought / nought)', Number.NaN],
  ['math.round(-2.5 * half * 2.0)', -3],
  ['math.ceil(half) + math.floor(half) + math.trunc(-half)', 1],
  ['math.abs(-seven) + math.sign(-seven)', 6],
  ['math.sqrt(one) + math.sqrt(-1.0 * half)', Number.NaN],
  ['math.isNaN(nought / nought) && math.isInf(1.0 / nought) && math.isFinite(half)', true],
  ['math.bitOr(one, 6)', 7],
  ['math.bitAnd(-one, seven)', 7],
  ['math.bitXor(seven, 2)', 5],
  ['math.bitNot(most)', ERROR],
  ['math.bitShiftLeft(one, 60)', ERROR],
  ['math.bitShiftLeft(one, 200)', 0],
  ['math.bitShiftRight(-one, 60)', 15],
  ['math.bitShiftRight(one, zero - 1)', ERROR],
  ['math.bitNot(seven / zero)', ERROR],
])

table('collections', [
  ['ints.size() + size(tags) + counts.size() + size(none)', 7],
  ['ints + [seven] + none', [1, 2, 3, 7]],
  ['sets.contains(ints, [3, 3, 1])', true],
  ['sets.equivalent(words, ["b", "a"])', true],
  ['sets.intersects(none, ints)', false],
  ['sets.contains(tags, ["x"])', true],
  ['sets.equivalent(tags, ["x", "y", "x"])', true],
  ['sets.intersects(tags, ["z"])', false],
  ['{"a": seven, "b": 2}[?"a"].orValue(0) + {"c": 1}[?"c"].orValue(0)', 8],
  ['has(counts.a) && counts.a == 1 && !has(counts.x)', true],
  ['has(counts.constructor) || has(counts.__proto__)', false],
  ['counts.?a.orValue(9) + counts.?x.orValue(9)', 10],
  ['groups.?ann.orValue([]) == ["x"]', true],
  ['{"a": seven, "b": one}.a + {"a": seven, "b": one}["b"]', 8],
  ['{"a": seven / zero, "b": one}.b', ERROR],
  ['has({"a": seven / zero}.b)', ERROR],
  ['has({"a": seven}.b) || has({"a": seven}.a)', true],
  ['word in counts && counts[word] > 0 || "a" in counts && counts["a"] == 1', true],
  ['{"a": seven / zero}', ERROR],
  [
    '{"a": [1], "b": none}',
    new Map([
      ['a', [1]],
      ['b', []],
    ]),
  ],
  ['tree.within("cat", "animal") && !tree.within("animal", "cat")', true],
])

table('optionals', [
  ['counts[?"a"].orValue(0)', 1],
  ['counts[?"x"].orValue(9)', 9],
  ['counts[?"a"].orValue(seven / zero)', 1],
  ['counts[?"x"].orValue(seven / zero)', ERROR],
  ['ints[?2].orValue(0) + ints[?3].orValue(10) + ints[?-1].orValue(100)', 113],
  ['ints[?seven / zero].orValue(0)', ERROR],
  ['ints[?0].hasValue() && !none[?0].hasValue()', true],
  ['nested[?1][?1].orValue(0)', 3],
  ['nested[?9][?1].orValue(0)', 0],
  ['nested[?9][?seven / zero].orValue(0)', ERROR],
  ['person.?age.orValue(18) + adult.?age.orValue(18)', 48],
  ['adult.?name', 'bob'],
  ['person.?age', null],
  ['people[?1].?age.orValue(0)', 30],
  ['people[?0].?age.hasValue()', false],
  ['people[?5].?name.orValue("?")', '?'],
  ['adult.?constructor.orValue("") + person.?constructor.orValue("-")', 'me-'],
  ['has(adult.age) && adult.age > 18', true],
  ['has(person.age)', false],
  ['has(person.constructor)', false],
  ['counts[?"a"].optMap(x, x + 1).orValue(0)', 2],
  ['counts[?"x"].optMap(x, x / zero).orValue(0)', 0],
  ['counts[?"a"].optMap(x, x / zero).orValue(0)', ERROR],
  ['counts[?"a"].optMap(x, x > 0).orValue(no)', true],
  ['counts[?"x"].optMap(x, x > 0).orValue(seven / zero > 1) || yes', true],
  ['counts[?string(seven / zero)].hasValue()', ERROR],
  ['groups[?"ann"].orValue([]) == ["x"]', true],
  ['"x" in groups[?"bob"].orValue([])', false],
])

table('comprehensions', [
  ['ints.all(x, x > 0)', true],
  ['ints.all(x, x > 1)', false],
  ['none.all(x, x / zero > 1)', true],
  ['ints.all(x, 6 / (2 - x) == 6)', false],
  ['ints.all(x, x / zero != 17)', ERROR],
  ['ints.all(x, 6 / (x - 2) != 17)', ERROR],
  ['ints.exists(x, x == 2)', true],
  ['ints.exists(x, 6 / (x - 2) == 6)', true],
  ['ints.exists(x, x / zero == 17)', ERROR],
  ['!ints.exists(x, x / zero == 17)', ERROR],
  ['ints.exists(x, x / zero == 17) || yes', true],
  ['ints.all(x, x / zero == 17) && no', false],
  ['ints.exists_one(x, x > 2)', true],
  ['ints.exists_one(x, x > 1)', false],
  ['ints.exists_one(x, 6 / (x - 2) > 0)', ERROR],
  ['ints.filter(x, x % 2 == 1)', [1, 3]],
  ['ints.filter(x, 6 / (x - 2) > 0)', ERROR],
  ['ints.map(x, x * seven)', [7, 14, 21]],
  ['ints.map(x, x > 1, x * x)', [4, 9]],
  ['ints.map(x, 6 / (x - 2))', ERROR],
  ['ints.map(x, x != 2, 6 / (x - 2))', [-6, 6]],
  ['tags.map(x, x + x) == ["yy", "xx"]', true],
  ['tags.filter(x, x > "x")', new Set(['y'])],
  ['numbers.map(x, x / 5)', new Set([0])],
  ['counts.all(k, counts[?k].orValue(0) > 0)', true],
  ['counts.exists(k, k == "b")', true],
  ['counts.map(k, k + "!")', new Set(['a!', 'b!'])],
  ['counts.filter(k, k != "a")', new Set(['b'])],
  ['nested.map(xs, xs.map(x, x + one))', [[2], [3, 4], []]],
  ['nested.all(xs, [1, 2, 3].exists(y, xs.size() < y && [seven].all(z, z > y + xs.size())))', true],
  ['nested.exists(xs, ints.exists(x, xs.size() == x && x == 2))', true],
  ['nested.filter(x, x.exists(x, x == 3))', [[2, 3]]],
  ['people.filter(p, has(p.age) && p.age > 18).map(p, p.name)', ['bob']],
  ['people.map(p, p.?age.orValue(0))', [0, 30]],
  ['[nought / nought, half].map(x, x + 1.0).all(x, x > 0.0)', false],
  ['(ints + [seven / zero]).all(x, x > 100)', ERROR],
  ['doubles.map(x, [x / nought]).size()', 2],
  ['words.exists(x, x.matches("^b$"))', true],
  ['ints.map(x, d + duration("1s") > d && x > 1)', [false, true, true]],
])

test('no function is made for an element: a comprehension is a function of the module', () => {
  const code = codeOf('nested.all(xs, xs.exists(x, x == seven))', true)
  expect(code).toContain('for (const xs of elements)')
  expect(code.match(/=>/g)).toHaveLength(1)
})

test('equal parts are one', () => {
  const code = codeOf('ints.all(x, x > seven) || ints.all(x, x > seven)', true)
  expect(code.match(/function all/g)).toHaveLength(1)
})

test('patterns, ranges and zones are made ready once', () => {
  const code = codeOf('word.matches("a.") && cidr("10.0.0.0/8").containsIP(addr) && t.getHours("Europe/Berlin") > 1', true)
  const [constants, body] = code.split('return (variables)')
  for (const made of ["abi.regex('a.')", "abi.addressRange('10.0.0.0/8')", "abi.zone('Europe/Berlin')"]) {
    expect(constants).toContain(made)
    expect(body).not.toContain(made)
  }
})

describe('hostile texts stay texts', () => {
  test.each([
    '");process.exit()//',
    "');process.exit()//",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
    '`${process.exit()}`',
    '\u2028',
    '*/',
    '</script>',
    '\\',
    "\\'",
    '__proto__',
    '$&',
  ])('%j', (hostile) => {
    const quoted = JSON.stringify(hostile).replace('\u2028', '\\u2028')
    const regex = JSON.stringify(`\\Q${hostile}\\E`).replace('\u2028', '\\u2028')
    expect(evaluate(`{${quoted}: ${quoted}}[?${quoted}].orValue("")`)).toBe(hostile)
    expect(evaluate(`{${quoted}: word}[?${quoted}].orValue(${quoted})`)).toBe('abc')
    expect(evaluate(`${quoted}.matches(${regex})`)).toBe(true)
    expect(evaluate(`word.replace("b", ${quoted})`)).toBe(`a${hostile}c`)
    expect(evaluate(`[word, "abc"].map(x, x + ${quoted})`)).toEqual([`abc${hostile}`, `abc${hostile}`])
  })
})

test('names that mean something to JavaScript are names of variables', () => {
  for (const name of [
    'abi',
    'variables',
    'facts',
    'elements',
    'found',
    'class',
    'await',
    'arguments',
    'undefined',
    'Math',
    'value1',
    'erred',
  ]) {
    expect(evaluate(`ints.map(${name}, ${name} * 2 / one)`), name).toEqual([2, 4, 6])
    expect(evaluate(`ints.exists(${name}, ${name} / zero > 1) || ints.exists_one(${name}, ${name} == 2)`), name).toBe(true)
  }
})
