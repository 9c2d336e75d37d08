import { expect, test } from 'vitest'
import { parse } from '../../parse.ts'
import type { Expression } from '../ast.ts'
import { visit } from '../children.ts'

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
  ['007', '7'],
])('the number %s', (text, expected) => {
  expect(shape(text)).toBe(expected)
})

test.each(['9007199254740992', '-9007199254740992', '0x20000000000000', '1e400', '99999999999999999999999'])(
  '%s is out of range',
  (text) => {
    expect(parseCondition(text).codes).toEqual(['IAP1007'])
  },
)

test('a text has its escapes resolved, and a bad one is reported where it stands', () => {
  expect(shape(String.raw`"a\n\"\u00e9\x41\101"`)).toBe(JSON.stringify('a\n"éAA'))
  const { diagnostics } = parseCondition(String.raw`"a\qb" == "\ud800"`)
  expect(diagnostics.map(({ span }) => span.source.text.slice(span.start, span.end))).toEqual(['\\q', '\\ud800'])
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
  ['a * b', '`*`'],
  ['a / b', '`/`'],
  ['a % b', '`%`'],
  ['{"a": 1}', 'a map literal'],
  ['a.?b', '`.?`'],
  ['a[?b]', '`[?`'],
  ['mfa within 10m', '`mfa`'],
  ['a && acr "x"', '`acr`'],
  ['auth within 1h', '`auth`'],
])('%s is of a later version', (text, construct) => {
  const { diagnostics } = parseCondition(text)
  expect(diagnostics).toHaveLength(1)
  expect(diagnostics[0]?.code).toBe('IAP1009')
  expect(diagnostics[0]?.message).toContain(construct)
})

test.each([
  ['a ? b ? c : d : e', 'parentheses'],
  ['has()', 'one field'],
  ['has(a.b, c.d)', 'one field'],
  ['caller is !staff', 'a name after `is`'],
  ['caller is (staff)', 'a name after `is`'],
  ['caller is a.b', 'a name after `is`'],
  ['null == a', 'an expression'],
  ['a.in', 'reserved'],
  ['f(a b)', '`,` or `)`'],
  ['[a b]', '`,` or `]`'],
  ['f(a,)', 'an expression'],
  ['(a', '`)`'],
  ['a ? b', '`:`'],
  ['a &&', 'an expression'],
  ['a = b', 'a declaration'],
  ['1h', 'not a number'],
])('%s has one mistake', (text, expected) => {
  const { diagnostics } = parseCondition(text)
  expect(diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining(expected)])
})

const nestings: readonly (readonly [string, (depth: number) => string])[] = [
  ['parentheses', (n) => `${'('.repeat(n)}a${')'.repeat(n)}`],
  ['lists', (n) => `${'['.repeat(n)}a${']'.repeat(n)}`],
  ['calls', (n) => `${'f('.repeat(n)}a${')'.repeat(n)}`],
  ['indices', (n) => `${'a['.repeat(n)}b${']'.repeat(n)}`],
  ['negations', (n) => `${'!'.repeat(n)}a`],
  ['signs', (n) => `${'-'.repeat(n)}a`],
  ['members', (n) => `a${'.b'.repeat(n)}`],
  ['sums', (n) => `a${' + b'.repeat(n)}`],
  ['relations', (n) => `a${' == b'.repeat(n)}`],
  ['conditionals', (n) => `${'a ? b : '.repeat(n)}c`],
]

test.each(nestings)('%s nest 200 deep at most, however deep they are', (_, nested) => {
  expect(parseCondition(nested(200)).codes).toEqual([])
  expect(parseCondition(nested(201)).codes).toEqual(['IAP1008'])
  const start = performance.now()
  expect(parseCondition(nested(100_000)).codes).toEqual(['IAP1008'])
  expect(performance.now() - start).toBeLessThan(5000)
})

test('brackets that are never closed are too deep too, and the next clause is read', () => {
  const text = `permit a on x.y to z when ${'('.repeat(100_000)}\n  because 1\nlabel b`
  const { result, diagnostics } = parse({ name: 'a.iap', text })
  expect(diagnostics.map(({ code }) => code)).toEqual(['IAP1008', 'IAP1001'])
  expect(result.declarations.map(({ kind }) => kind)).toEqual(['LabelDeclaration'])
})

test('a long chain is no deep one', () => {
  const { expression, codes } = parseCondition(`a${' && b'.repeat(50_000)}`)
  expect(codes).toEqual([])
  expect(expression?.kind === 'Chain' && expression.operands.length).toBe(50_001)
})
