import type { EvalAnswer } from '../evaluation.ts'
import type { Expectation } from './written-test.ts'

/** Whether an answer is as a test expects (`spec/language/tests.md`). Unmentioned parts are not compared. */
export function isExpected(answer: EvalAnswer, { effect, by, status, headers, limit, shadow }: Expectation): boolean {
  if (answer.effect !== effect) return false
  if (effect === 'reject') return status === null || answer.status === status
  const { obligations } = answer
  return (
    (by === null || (isReason(by) ? answer.reason === by && answer.rules.length === 0 : answer.rules.includes(by))) &&
    headers.every(({ name, value }) => Object.hasOwn(obligations.headers, name) && obligations.headers[name] === value) &&
    (limit === null ||
      sameNames(
        limit,
        obligations.limits.map(({ rule }) => rule),
      )) &&
    (shadow === null || sameNames(shadow, answer.shadow))
  )
}

function isReason(name: string): boolean {
  return name === 'default' || name === 'no-route' || name === 'data'
}

function sameNames(expected: readonly string[], actual: readonly string[]): boolean {
  return JSON.stringify([...new Set(expected)].sort()) === JSON.stringify([...actual].sort())
}
