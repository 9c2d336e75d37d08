import { expect, test } from 'vitest'
import { parse, parseExpression } from '../../parse.ts'
import type { Expression } from '../ast.ts'
import { visit } from '../children.ts'
import { nestings } from '../testing/nestings.ts'

function parseCondition(text: string) {
  const { result, diagnostics } = parse({ name: 'a.iap', text: `role r of s when ${text}` })
  const [role] = result.declarations
  const expression = role?.kind === 'RoleDeclaration' ? role.when : null
  return { expression, diagnostics, codes: diagnostics.map(({ code }) => code) }
}

/** The tree with every operation in brackets. */
function shape(text: string): string {
  const { expression, diagnostics } = parseCondition(text)
  if (expression === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  expect(diagnostics).toEqual([])
  return show(expression)
}

function show(node: Expression): string {
  switch (node.kind) {
    case 'BoolLiteral':
    case 'IntLiteral':
    case 'StringLiteral':
      return JSON.stringify(node.value)
    case 'DoubleLiteral':
      return `${node.value}d`
    case 'Identifier':
      return node.name
    case 'ListLiteral':
      return `[${node.elements.map(show).join(' ')}]`
    case 'MapLiteral':
      return `{${node.entries.map(({ key, value }) => `${show(key)}: ${show(value)}`).join(' ')}}`
    case 'OptionalMember':
      return `${show(node.object)}.?${node.field.text}`
    case 'OptionalIndex':
      return `${show(node.object)}[?${show(node.index)}]`
    case 'Comprehension': {
      const filter = node.filter === null ? '' : `${show(node.filter)} `
      return `${node.macro}<${node.variable.text} of ${show(node.range)}>(${filter}${show(node.body)})`
    }
    case 'Requirement': {
      const values = node.values.map(({ value }) => ` ${value}`).join('')
      return `<${node.what}${values}${node.within === null ? '' : ` ${node.within.milliseconds}ms`}>`
    }
    case 'Member':
      return `${show(node.object)}.${node.field.text}`
    case 'Index':
      return `${show(node.object)}[${show(node.index)}]`
    case 'Call':
      return `${node.receiver === null ? '' : `${show(node.receiver)}.`}${node.name.text}(${node.arguments.map(show).join(' ')})`
    case 'Has':
      return `has(${show(node.target)})`
    case 'Is':
      return `(${show(node.operand)} is ${node.name.text})`
    case 'Not':
      return `(! ${show(node.operand)})`
    case 'Negate':
      return `(- ${show(node.operand)})`
    case 'Chain':
      return `(${node.operands.map(show).join(` ${node.operator} `)})`
    case 'Binary':
      return `(${show(node.left)} ${node.operator} ${show(node.right)})`
    case 'Conditional':
      return `(${show(node.test)} ? ${show(node.then)} : ${show(node.otherwise)})`
  }
}

test.each([
  // Precedence, from what binds least.
  ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
  ['a || b ? c : d', '((a || b) ? c : d)'],
  ['a || b && c || d', '(a || (b && c) || d)'],
  ['a && b == c', '(a && (b == c))'],
  ['a == b + c', '(a == (b + c))'],
  ['a + b - c + d', '(((a + b) - c) + d)'],
  ['a == b != c', '((a == b) != c)'],
  ['a < b <= c > d >= e', '((((a < b) <= c) > d) >= e)'],
  ['a in b == c', '((a in b) == c)'],
  ['a + b in c - d', '((a + b) in (c - d))'],
  ['!a && -b < c', '((! a) && ((- b) < c))'],
  ['!a.b(c)[d].e', '(! a.b(c)[d].e)'],
  ['-a + b', '((- a) + b)'],
  ['a - -b', '(a - (- b))'],
  ['a + b * c - d', '((a + (b * c)) - d)'],
  ['a * b / c % d', '(((a * b) / c) % d)'],
  ['a % b + c * d == e / f', '(((a % b) + (c * d)) == (e / f))'],
  ['-a * -b', '((- a) * (- b))'],
  ['a * (b + c)', '(a * (b + c))'],
  ['a in b * c && d', '((a in (b * c)) && d)'],
  ['!!a == --b', '((! (! a)) == (- (- b)))'],
  ['a / b is c', '((a / b) is c)'],
  // `is` stands where relations do, on its left operand.
  ['caller is staff && x', '((caller is staff) && x)'],
  ['a == caller is staff', '((a == caller) is staff)'],
  ['caller is staff == true', '((caller is staff) == true)'],
  ['!caller is staff', '((! caller) is staff)'],
  ['a + b is c || d', '(((a + b) is c) || d)'],
  ['caller is permit', '(caller is permit)'],
  // Chains are flat, with or without parentheses.
  ['a && (b && c) && d', '(a && b && c && d)'],
  ['(a || b) || (c || (d || e))', '(a || b || c || d || e)'],
  ['a && (b || c)', '(a && (b || c))'],
  ['(a == b) == (c == d)', '((a == b) == (c == d))'],
  // Primaries.
  ['"a" == \'b\'', '("a" == "b")'],
  ['[]', '[]'],
  ['[1, .5, true, "x",]', '[1 0.5d true "x"]'],
  ['has(caller.level)', 'has(caller.level)'],
  ['size(x) > x.size()', '(size(x) > x.size())'],
  ['x.startsWith("a", b)', 'x.startsWith("a" b)'],
  ['request.headers["x-a"]', 'request.headers["x-a"]'],
  ['[a][0][b]', '[a][0][b]'],
  ['(a + b).c', '(a + b).c'],
  ['a ? (b ? c : d) : e', '(a ? (b ? c : d) : e)'],
  ['{}', '{}'],
  ['{"a": 1, b + c: [d],}', '{"a": 1 (b + c): [d]}'],
  ['{"a": {"b": {}}}["a"].b', '{"a": {"b": {}}}["a"].b'],
  ['{a ? b : c: d ? e : f}', '{(a ? b : c): (d ? e : f)}'],
  // Optionals.
  ['caller.?level.orValue(0)', 'caller.?level.orValue(0)'],
  ['m[?k].hasValue()', 'm[?k].hasValue()'],
  ['a.?b.?c[?0].?d', 'a.?b.?c[?0].?d'],
  ['a[?b ? c : d]', 'a[?(b ? c : d)]'],
  // Namespaces are receivers.
  ['math.abs(-1)', 'math.abs(-1)'],
  ['sets.contains(a, [1])', 'sets.contains(a [1])'],
  // Macros.
  ['l.all(x, x > 1)', 'all<x of l>((x > 1))'],
  ['l.exists(x, x)', 'exists<x of l>(x)'],
  ['l.exists_one(x, x)', 'exists_one<x of l>(x)'],
  ['l.filter(x, x).map(y, z)', 'map<y of filter<x of l>(x)>(z)'],
  ['l.map(x, f, e)', 'map<x of l>(f e)'],
  ['caller.?level.optMap(x, x + 1)', 'optMap<x of caller.?level>((x + 1))'],
  ['[1].all(x, [2].exists(y, x == y))', 'all<x of [1]>(exists<y of [2]>((x == y)))'],
  ['l.all((x), x)', 'all<x of l>(x)'],
  // What only looks like one is a call.
  ['all(x, y)', 'all(x y)'],
  ['map(x)', 'map(x)'],
  ['l.all', 'l.all'],
  ['l.mapped(x, y)', 'l.mapped(x y)'],
  // Requirements.
  ['mfa', '<mfa>'],
  ['mfa within 10m', '<mfa 600000ms>'],
  ['a && mfa within 1h || b', '((a && <mfa 3600000ms>) || b)'],
  ['!acr "gold"', '(! <acr gold>)'],
  ['acr "a" | "b" within 500ms && c', '(<acr a b 500ms> && c)'],
  ['auth within 7d', '<auth 604800000ms>'],
  ['h.within(a, b)', 'h.within(a b)'],
  ['within', 'within'],
  // Keywords are names.
  ['caller.type == caller.role', '(caller.type == caller.role)'],
  ['when.label.on(to)', 'when.label.on(to)'],
  ['is is is', '(is is is)'],
])('%s', (text, expected) => {
  expect(shape(text)).toBe(expected)
})

test.each([
  ['0', '0'],
  ['-0', '(- 0)'],
  ['0x1F', '31'],
  ['-42', '-42'],
  ['- -5', '(- -5)'],
  ['-a', '(- a)'],
  ['a -1', '(a - 1)'],
  ['9007199254740991', '9007199254740991'],
  ['-9007199254740991', '-9007199254740991'],
  ['-0x1FFFFFFFFFFFFF', '-9007199254740991'],
  ['-1.5e3', '-1500d'],
  ['1e-3', '0.001d'],
  ['1.5E+2', '150d'],
  ['.5e1', '5d'],
  ['-0.0', '(- 0d)'],
  ['0xabCDef', '11259375'],
  ['007', '7'],
])('the number %s', (text, expected) => {
  expect(shape(text)).toBe(expected)
})

test.each([
  ["'a\"b'", 'a"b'],
  [`"a'b"`, "a'b"],
  ['"""a"b" """', 'a"b" '],
  ["'''a'b''c'''", "a'b''c"],
  ['"""a\nb"""', 'a\nb'],
  ['"""a\\"\\"\\""""', 'a"""'],
  ['"""a\\nb"""', 'a\nb'],
  ['r"a\\nb"', 'a\\nb'],
  ['R"\\"', '\\'],
  ["r'\\d+'", '\\d+'],
  ['r"""a\\"\n"b\\"""', 'a\\"\n"b\\'],
  ["r'''a\\'''", 'a\\'],
  ['""', ''],
  ["''''''", ''],
  ['""""""', ''],
])('the text %s', (text, value) => {
  expect(shape(text)).toBe(JSON.stringify(value))
})

test.each([
  ['1u', 'uint'],
  ['0xFFu', 'uint'],
  ['-1U', 'uint'],
  ['b"abc"', 'bytes'],
  ["B'''a\nb'''", 'bytes'],
  ['br"\\"', 'bytes'],
  ['null', 'null_type'],
  ['a == null', 'null_type'],
  ['f(1u)', 'uint'],
  ['f(a, null)', 'null_type'],
  ['[null]', 'null_type'],
  ['[a, null]', 'null_type'],
  ['{a: b, 1u: c}', 'uint'],
  ['{b"": 1}', 'bytes'],
  ['{a: null}', 'null_type'],
  ['a.B{c: 1}', 'message'],
  ['f(B{}) == 1', 'message'],
])('%s is of a type that the language lacks', (text, type) => {
  const { diagnostics } = parseCondition(text)
  expect(diagnostics.map(({ code }) => code)).toEqual(['IAP1017'])
  expect(diagnostics[0]?.message).toContain(type)
})

test.each([
  '9007199254740992',
  '-9007199254740992',
  '0x20000000000000',
  '1e400',
  '99999999999999999999999',
  'mfa within 9999999999999d',
])('%s is out of range', (text) => {
  expect(parseCondition(text).codes).toEqual(['IAP1007'])
})

test('a text has its escapes resolved, and a bad one is reported where it stands', () => {
  expect(shape(String.raw`"a\n\"\u00e9\x41\101"`)).toBe(JSON.stringify('a\n"éAA'))
  const { diagnostics } = parseCondition(String.raw`"a\qb" == "\ud800"`)
  expect(diagnostics.map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)).toEqual([
    'IAP1005 \\q',
    'IAP1005 \\ud800',
  ])
})

test('spans are of the text, with the parentheses of operands', () => {
  const text = 'role r of s when !(a) && (b.c(1) || d) ? x : [y]'
  const { result } = parse({ name: 'a.iap', text })
  const covered: string[] = []
  visit(result, (node) => {
    if (node.kind !== 'Name' && node.kind !== 'File') covered.push(`${node.kind}: ${text.slice(node.span.start, node.span.end)}`)
  })
  expect(covered).toEqual([
    `RoleDeclaration: ${text}`,
    'Conditional: !(a) && (b.c(1) || d) ? x : [y]',
    'Chain: !(a) && (b.c(1) || d)',
    'Not: !(a)',
    'Identifier: a',
    'Chain: b.c(1) || d',
    'Call: b.c(1)',
    'Identifier: b',
    'IntLiteral: 1',
    'Identifier: d',
    'Identifier: x',
    'ListLiteral: [y]',
    'Identifier: y',
  ])
})

test.each([
  ['a ? b ? c : d : e', 'parentheses'],
  ['has()', 'one field'],
  ['has(a.b, c.d)', 'one field'],
  ['caller is !staff', 'a name after `is`'],
  ['caller is (staff)', 'a name after `is`'],
  ['caller is a.b', 'a name after `is`'],
  ['caller is a + b', 'a name after `is`'],
  ['caller is a % b == c', 'a name after `is`'],
  ['a.?b(c)', 'an operator'],
  ['a.?b.c(1', '`,` or `)`'],
  ['{a}', '`:`'],
  ['{a: b', '`,` or `}`'],
  ['{a: b c: d}', '`,` or `}`'],
  ['[?a]', '`,` or `]`'],
  ['l.all(1, true)', 'the name of a variable'],
  ['l.all(x.y, true)', 'the name of a variable'],
  ['l.all(x)', '`all` with one argument'],
  ['l.exists(i, x, true)', '`exists` with 3 arguments'],
  ['l.map(x, f, e, g)', '`map` with 4 arguments'],
  ['l.filter()', '`filter` with 0 arguments'],
  ['acr', 'a quoted string'],
  ['acr "a" |', 'a quoted string'],
  ['mfa within', 'a period'],
  ['mfa within 10', 'a period'],
  ['auth', '`within`'],
  ['a.in', 'reserved'],
  ['f(a b)', '`,` or `)`'],
  ['[a b]', '`,` or `]`'],
  ['f(a,)', 'an expression'],
  ['(a', '`)`'],
  ['a ? b', '`:`'],
  ['a &&', 'an expression'],
  ['a = b', 'a declaration'],
  ['1h', 'an expression'],
  ['1h30m', 'not a number'],
  ['.a', 'an expression'],
])('%s has one mistake', (text, expected) => {
  const { diagnostics } = parseCondition(text)
  expect(diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining(expected)])
})

/** Far deeper than a stack can be. */
const FAR = process.env.IAP_FULL === '1' ? 100_000 : 20_000

test.each(nestings)('%s nest 200 deep at most, however deep they are', (_, nested) => {
  expect(parseCondition(nested(200)).codes).toEqual([])
  expect(parseCondition(nested(201)).codes).toEqual(['IAP1008'])
  expect(parseCondition(nested(FAR)).codes).toEqual(['IAP1008'])
})

test('brackets that are never closed are too deep too, and the next clause is read', () => {
  const text = `permit a on x.y to z when ${'('.repeat(100_000)}\n  because 1\nlabel b`
  const { result, diagnostics } = parse({ name: 'a.iap', text })
  expect(diagnostics.map(({ code }) => code)).toEqual(['IAP1008', 'IAP1001'])
  expect(result.brokenNames).toEqual(['a'])
  expect(result.declarations.map(({ kind }) => kind)).toEqual(['RuleDeclaration', 'LabelDeclaration'])
})

test('a period where an expression stands is a duration that was meant', () => {
  const { diagnostics } = parseCondition('a < 10m')
  expect(diagnostics[0]?.help).toContain('duration("10m")')
  expect(parseCondition('a < 7d').diagnostics[0]?.help).toContain('duration("168h")')
})

test('a lone expression', () => {
  const read = (text: string) => parseExpression({ name: 'a', text })
  const { result, diagnostics } = read(' a + \n 1 // one\n')
  expect(result?.kind).toBe('Binary')
  expect(diagnostics).toEqual([])
  for (const text of ['', 'a b', 'a)', 'label a', 'a +', '1u', `${'('.repeat(300)}a${')'.repeat(300)}`, 'a\nlabel b', '"a']) {
    const wrong = read(text)
    expect(wrong.diagnostics, text).toHaveLength(1)
    if (text !== '"a') expect(wrong.result, text).toBe(null)
  }
  // What begins a clause or a declaration elsewhere.
  for (const text of ['to', 'when\n.to', 'label.x', 'type', 'type(a)', 'a\n  || label(b)', 'when (a)'])
    expect(read(text).result, text).not.toBe(null)
})

test('a long chain is no deep one', () => {
  const { expression, codes } = parseCondition(`a${' && b'.repeat(50_000)}`)
  expect(codes).toEqual([])
  expect(expression?.kind === 'Chain' && expression.operands.length).toBe(50_001)
})
