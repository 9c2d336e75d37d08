/** The runner of tests: asks for each the question that it writes down, and compares the answer. */
import type { Model, Test } from '../../language/semantics/model.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { testRequest } from './test-request.ts'
import type { TestResult } from './test-result.ts'
import { answerInWords, expectationInWords } from './test-words.ts'

export interface TestHost {
  readonly evaluate: (request: EvalRequest) => EvalAnswer
  /** Asked about those that fail: why it was decided so, as text. */
  readonly explain?: (request: EvalRequest) => string
}

/** In the order of `model.tests`. */
export function runTests(model: Model, { evaluate, explain }: TestHost): readonly TestResult[] {
  return model.tests.map((test) => {
    const request = testRequest(model, test)
    const answer = evaluate(request)
    const passed = meets(test.expect, answer)
    return {
      name: test.name,
      passed,
      expected: expectationInWords(test.expect),
      actual: answerInWords(answer, test.expect),
      explanation: passed || explain === undefined ? null : explain(request),
      span: test.expect.span,
    }
  })
}

/** The name of the first test that fails; null where all pass. */
export function firstFailure(model: Model, evaluate: TestHost['evaluate']): string | null {
  return model.tests.find((test) => !meets(test.expect, evaluate(testRequest(model, test))))?.name ?? null
}

/** Whether an answer is what a test expects. What it does not mention may be anything. */
export function meets(expect: Test['expect'], answer: EvalAnswer): boolean {
  const { effect, by, status, headers, limit, shadow } = expect
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
