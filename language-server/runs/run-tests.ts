import { judgeInvariantsInSteps, propertyResult } from '../../analysis/index.ts'
import { testRequest } from '../../compiler/testing/index.ts'
import type { Invariant, Model, PropertyDeclaration, Steps, Test, TestDeclaration } from '../../language/index.ts'
import { answerInWords, expectationInWords, isExpected } from '../../runtime/abi/index.ts'
import { explanationOf } from './explanation.ts'
import { answerOf, askByMeaning, readsSchema } from './meaning.ts'
import type { Run } from './run.ts'

/** The result of a test, or of one row of its `cases`. */
export interface TestOutcome {
  /** With cases, `name / row`. */
  readonly name: string
  readonly verdict: 'passed' | 'failed' | 'undecided'
  /** Why it failed or is undecided, and the explanation of the decision; null if it passed. */
  readonly message: string | null
  readonly declaration: TestDeclaration | PropertyDeclaration
}

/** Runs some tests of a policy, one a step. Those for which the time is up are undecided. */
export function* runTestsInSteps(
  model: Model,
  isWanted: (name: string, declaration: TestDeclaration | PropertyDeclaration) => boolean,
  run: Run,
): Steps<readonly TestOutcome[]> {
  const tests = model.tests.filter(({ name, declaration }) => isWanted(name, declaration))
  const properties = model.properties.filter(({ name, declaration }) => isWanted(name, declaration as PropertyDeclaration))
  const outcomes: TestOutcome[] = []
  for (const test of tests) {
    outcomes.push(run.isOver() ? late(test.name, test.declaration) : outcomeOf(model, test))
    run.control.progress(outcomes.length, tests.length + properties.length)
    yield
  }
  for (const property of properties) {
    outcomes.push(run.isOver() ? late(property.name, property.declaration) : yield* provedOutcome(model, property, run))
    run.control.progress(outcomes.length, tests.length + properties.length)
  }
  return outcomes
}

function late(name: string, declaration: Invariant['declaration'] | TestDeclaration): TestOutcome {
  const message = 'the time limit was reached before this test'
  return { name, verdict: 'undecided', message, declaration: declaration as TestDeclaration | PropertyDeclaration }
}

function outcomeOf(model: Model, test: Test): TestOutcome {
  const { name, declaration, expect } = test
  const request = testRequest(model, test)
  const answer = answerOf(model, request, true)
  const isPassed = isExpected(answer, expect)
  if (readsSchema(model, request) && isExpected(answerOf(model, request, false), expect) !== isPassed) {
    const message = `the body of \`${answer.route}\` has a JSON Schema, which the editor cannot evaluate: run \`iap test\``
    return { name, verdict: 'undecided', message, declaration }
  }
  if (isPassed) return { name, verdict: 'passed', message: null, declaration }
  const words = `expected ${expectationInWords(expect)}, got ${answerInWords(answer, expect)}`
  return { name, verdict: 'failed', message: `${words}\n\n${explanationOf(model, request, answer)}`, declaration }
}

/** A test of all requests is proved, or else tried on generated ones. */
function* provedOutcome(model: Model, property: Invariant, run: Run): Steps<TestOutcome> {
  const asked = { ...model, invariants: [property] }
  const [judged] = yield* judgeInvariantsInSteps(asked, askByMeaning(asked), run.control, { isOver: run.isOver })
  const declaration = property.declaration as PropertyDeclaration
  if (judged === undefined) return late(property.name, declaration)
  const { name, passed, expected, actual, explanation } = propertyResult(judged)
  if (passed) return { name, verdict: 'passed', message: null, declaration }
  const message = [`expected ${expected}, got ${actual}`, ...(explanation === null ? [] : [explanation])].join('\n\n')
  return { name, verdict: judged.verdict === 'broken' ? 'failed' : 'undecided', message, declaration }
}
