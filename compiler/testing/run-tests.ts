/** The runner of tests: asks for each the question that it writes down, and compares the answer. */
import type { Model } from '../../language/checker/model.ts'
import { answerInWords, type EvalAnswer, type EvalRequest, expectationInWords, isExpected } from '../../runtime/abi/index.ts'
import { testRequest } from './test-request.ts'
import type { TestResult } from './test-result.ts'

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
    const passed = isExpected(answer, test.expect)
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
  return model.tests.find((test) => !isExpected(evaluate(testRequest(model, test)), test.expect))?.name ?? null
}
