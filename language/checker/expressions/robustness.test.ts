import fc from 'fast-check'
import { expect, it } from 'vitest'
import { overloadsNamed } from '../../builtins/index.ts'
import { parseExpression } from '../../parse.ts'
import type { Expression } from '../../syntax/ast.ts'
import { walkExpressions } from '../../syntax/children.ts'
import { testChecker } from './test-checker.ts'

/** Whatever is put together of what the language has, the checker answers; and what it takes, it knows all of. */
const RUNS = process.env.IAP_FULL === '1' ? 5_000 : 800

const checker = testChecker(`
type Item = { sku: string, price: int, note?: string, at?: { zip?: string } }
type Query = { page?: int, since: timestamp }
type Body = { items: list<Item>, by: map<string, Item>, tags: set<string> }
identity a via jwt { sub: string, groups: set<string>, level?: int, net: cidr }
identity b via jwt { sub: string, level: string }
role some of a
data limits: map<string, int>
data units: hierarchy
def twice(n: int): int = n * 2
`)

const paths = [
  'caller',
  'caller.sub',
  'caller.groups',
  'caller.level',
  'caller.net',
  'query.page',
  'query.since',
  'body.items',
  'body.by',
  'body.tags',
  'body',
  'limits',
  'units',
  'request.headers',
  'request.time',
  'source.ip',
  'connection.mtls',
  'x',
  'y',
  'nothing',
  'twice',
  'math',
  'some',
]
const constants = [
  '1',
  '-2',
  '0.5',
  '"k"',
  '"10.0.0.0/8"',
  '"UTC"',
  '"a+("',
  'true',
  '[]',
  '{}',
  '["a"]',
  '[1, 2]',
  '{"a": 1}',
  'mfa within 5m',
]
const names = [
  'size',
  'contains',
  'matches',
  'split',
  'orValue',
  'hasValue',
  'within',
  'getHours',
  'containsIP',
  'greatest',
  'foo',
  'twice',
  'join',
  'charAt',
  'ip',
  'string',
  'timestamp',
]
const fields = ['sub', 'level', 'zip', 'items', 'sku', 'note', 'foo']

const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const e = tie('expression')
  const list = fc.array(e, { maxLength: 2 }).map((items) => items.join(', '))
  return {
    expression: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.constantFrom(...paths, ...constants),
      fc
        .tuple(e, fc.constantFrom('&&', '||', '==', '!=', '<', 'in', '+', '-', '*', '/', '%'), e)
        .map(([a, o, b]) => `(${a} ${o} ${b})`),
      fc.tuple(e, e, e).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc.tuple(fc.constantFrom('!', '-'), e).map(([sign, a]) => `${sign}(${a})`),
      fc.tuple(e, fc.constantFrom('.', '.?'), fc.constantFrom(...fields)).map(([a, dot, f]) => `(${a})${dot}${f}`),
      fc.tuple(e, fc.constantFrom('[', '[?'), e).map(([a, open, i]) => `(${a})${open}${i}]`),
      fc.tuple(e, fc.constantFrom(...fields)).map(([a, f]) => `has((${a}).${f})`),
      fc.tuple(e, fc.constantFrom('a', 'some', 'anonymous', 'who')).map(([a, n]) => `(${a}) is ${n}`),
      fc.tuple(e, fc.constantFrom(...names), list).map(([a, f, given]) => `(${a}).${f}(${given})`),
      fc
        .tuple(fc.constantFrom('', 'math.', 'sets.', 'ip.'), fc.constantFrom(...names), list)
        .map(([space, f, given]) => `${space}${f}(${given})`),
      fc
        .tuple(
          e,
          fc.constantFrom('all', 'exists', 'exists_one', 'filter', 'map', 'optMap'),
          fc.constantFrom('x', 'y', 'limits'),
          e,
        )
        .map(([a, macro, v, b]) => `(${a}).${macro}(${v}, ${b})`),
      fc.tuple(e, e, e).map(([a, f, b]) => `(${a}).map(x, ${f}, ${b})`),
      list.map((items) => `[${items}]`),
      fc.tuple(e, e).map(([a, b]) => `{"a": ${a}, "b": ${b}}`),
    ),
  }
})

it('answers whatever is asked', () => {
  let taken = 0
  let parsed = 0
  fc.assert(
    fc.property(expression, fc.constantFrom('rule', 'role', 'def', 'invariant'), (text, place) => {
      if (parseExpression({ name: 'x', text }).result === null) return
      parsed += 1
      const {
        expression: tree,
        type,
        diagnostics,
      } = checker.value(text, { place, ...(place === 'invariant' && { requirements: 'anywhere' }) })
      for (const { message, help, span, fixes } of diagnostics) {
        expect(message + help).not.toContain('undefined')
        for (const { span: at } of [{ span }, ...fixes.flatMap((fix) => fix.edits)])
          expect(at.start <= at.end && at.end <= text.length).toBe(true)
      }
      if (diagnostics.length > 0) return
      taken += 1
      expect(type.kind).not.toBe('unknown')
      walkExpressions(tree, (node) => knowsAllOf(node))
    }),
    { seed: 11, numRuns: RUNS },
  )
  expect(parsed).toBeGreaterThan(0.4 * RUNS)
  expect(taken).toBeGreaterThan(0.02 * RUNS)
})

function knowsAllOf(node: Expression): boolean {
  const { types, references } = checker.tables
  expect(types.get(node)?.kind ?? 'none', node.kind).not.toMatch(/unknown|none/)
  if (node.kind === 'Identifier' || node.kind === 'Call' || node.kind === 'Is') expect(references.get(node)).toBeDefined()
  const reference = node.kind === 'Call' ? references.get(node) : undefined
  const isNamespace =
    reference?.kind === 'builtin' &&
    overloadsNamed(reference.id.replace(/^.*\.|\(.*$/g, '')).some(
      ({ id, signature }) => id === reference.id && signature.namespace !== null,
    )
  if (!isNamespace || node.kind !== 'Call') return true
  // A namespace is no expression.
  for (const argument of node.arguments) walkExpressions(argument, knowsAllOf)
  return false
}
