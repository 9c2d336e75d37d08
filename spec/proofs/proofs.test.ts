/**
 * What is proved of invariants, construct by construct. Each says before it what it is: `holds`, `broken`, or `unknown`, with what it would take to know. What breaks
 * one was asked of the interpreter, and stands in the witness as a test, which passes in the policy that it is about.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { judgeInvariants } from '../../analysis/index.ts'
import { runTests } from '../../compiler/index.ts'
import { interpret } from '../../interpreter/index.ts'
import { checkProject, type Model, renderDiagnostic } from '../../language/index.ts'
import { walkExpressions } from '../../language/syntax/children.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate } from '../../runtime/policy/index.ts'
import { compiledPolicy } from '../differential/compiled-policy.ts'
import { askInterpreter } from '../differential/proofs/ask.ts'

const folder = new URL('./', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.iap'))
const texts = new Map(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]))

function checked(text: string): Model {
  const { result, diagnostics } = checkProject({ read: (name) => (name === 'policy.iap' ? text : null) }, ['policy.iap'])
  if (result === null) throw new Error(diagnostics.map((one) => renderDiagnostic(one, { color: false })).join('\n'))
  return result
}

/** What is said before each. */
function expected(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^\/\/ (holds|broken|unknown: .*)\ninvariant (\w+)/gm)].map(([, says = '', name = '']) => [name, says]),
  )
}

test('there are at least thirty, each with two answers or more', () => {
  expect(names.length).toBeGreaterThanOrEqual(30)
  for (const [name, text] of texts)
    expect(new Set([...expected(text).values()].map((says) => says.split(':')[0])).size, name).toBeGreaterThanOrEqual(2)
})

describe.each([...texts])('%s', (_, text) => {
  const model = checked(text)
  const judged = judgeInvariants(model, askInterpreter(model))
  const says = expected(text)

  test('is proved to be what it says', () => {
    const told = judged.map(({ name, verdict, why }) => {
      const named = why.find((one) => says.get(name) === `unknown: ${one.text}`)
      return [name, verdict === 'unknown' ? `unknown: ${(named ?? why[0])?.text}` : verdict]
    })
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(model.invariants.map(({ name }) => [name, says.get(name)])))
  })

  test('each request that breaks one is decided as its test says, interpreted and compiled', () => {
    const witnesses = judged.flatMap(({ witness }) => witness ?? [])
    const tested = checked(`${text}\n${witnesses.join('\n')}`)
    const policy = compiledPolicy(tested)
    for (const ask of [
      (request: EvalRequest) => ({ ...interpret(tested, request), revision: '' }),
      (request: EvalRequest) => evaluate(policy, request),
    ]) {
      const results = runTests(tested, { evaluate: ask, explain: () => '' })
      expect(results.map(({ name, passed }) => [name, passed])).toEqual(results.map(({ name }) => [name, true]))
      expect(results.length).toBe(witnesses.length)
    }
  })
})

test('each kind of expression stands in one of them', () => {
  const kinds = new Set<string>()
  for (const text of texts.values()) {
    const { rules, invariants, roles, defs } = checked(text)
    const all = [
      ...rules.flatMap(({ conditions, requires, headers, limit }) => [
        ...conditions.map(({ expression }) => expression),
        ...requires,
        ...headers.map(({ value }) => value),
        ...(limit?.by ? [limit.by] : []),
      ]),
      ...invariants.flatMap(({ condition }) => condition ?? []),
      ...roles.flatMap(({ condition }) => condition ?? []),
      ...defs.map(({ body }) => body),
    ]
    for (const expression of all) walkExpressions(expression, ({ kind }) => kinds.add(kind))
  }
  expect([...kinds].sort()).toEqual([
    'Binary',
    'BoolLiteral',
    'Call',
    'Chain',
    'Comprehension',
    'Conditional',
    'DoubleLiteral',
    'Has',
    'Identifier',
    'Index',
    'IntLiteral',
    'Is',
    'ListLiteral',
    'MapLiteral',
    'Member',
    'Negate',
    'Not',
    'OptionalIndex',
    'OptionalMember',
    'Requirement',
    'StringLiteral',
  ])
})
