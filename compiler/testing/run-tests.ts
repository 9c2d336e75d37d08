/** Runs a policy's tests, and compares the answers. */
import type { Model } from '../../language/checker/model.ts'
import { answerInWords, type EvalAnswer, type EvalRequest, expectationInWords, isExpected } from '../../runtime/abi/index.ts'
import { testRequest } from './test-request.ts'
import type { TestResult } from './test-result.ts'

export interface TestHost {
  readonly evaluate: (request: EvalRequest) => EvalAnswer
  /** Explains a failed test's decision as text. */
  readonly explain?: (request: EvalRequest) => string
}

/** In the order of `model.tests`. */
export function runTests(model: Model, { evaluate, explain }: TestHost): readonly TestResult[] {
  return model.tests.map((test) => {
    const request = testRequest(model, test)
    const answer = evaluate(request)
    const passed = isExpected(answer, test.expect)
    return {
      name: test.name,
      passed,
      expected: expectationInWords(test.expect),
      actual: answerInWords(answer, test.expect),
      explanation: passed || explain === undefined ? null : explain(request),
      evidence: null,
      span: test.expect.span,
    }
  })
}

/** Returns the name of the first failing test; null if all pass. */
export function firstFailure(model: Model, evaluate: TestHost['evaluate']): string | null {
  return model.tests.find((test) => !isExpected(evaluate(testRequest(model, test)), test.expect))?.name ?? null
}
