import {
  answerInWords,
  expectationInWords,
  isExpected,
  MOST_TEST_BYTES,
  MOST_TESTS_BYTES,
  type WrittenTest,
} from '../../abi/index.ts'
import { messageOf } from '../../base/errors.ts'
import { pauses } from '../../base/waiting.ts'
import { quoted } from '../bundle/refusal.ts'
import { evaluate } from '../eval/evaluate.ts'
import type { Policy } from '../module/policy.ts'
import { readTest } from './read-test.ts'

/** Milliseconds for all tests, in addition to other work of the process. */
const PATIENCE = 45_000

/** Why a bundle did not pass its own tests: `tests`, one failed; `worker`, they took too long, so a later attempt may pass. */
export interface FailedTests {
  readonly code: 'tests' | 'worker'
  readonly message: string
}

/**
 * Runs the tests of a bundle by the policy itself, with its own host names and the data of each test. Yields to the event loop
 * between tests.
 *
 * @param text content of `tests.jsonl`
 * @returns the first failure, or `null` if all tests pass
 */
export async function runOwnTests(policy: Policy, text: string, patience = PATIENCE): Promise<FailedTests | null> {
  if (Buffer.byteLength(text) > MOST_TESTS_BYTES)
    return {
      code: 'tests',
      message: `the tests of the policy are more than ${MOST_TESTS_BYTES} bytes: remove some, or split the policy`,
    }
  const own = policy.atOwnHosts()
  const rest = pauses()
  const end = performance.now() + patience
  let at = 0
  for (const line of linesOf(text)) {
    at++
    if (performance.now() > end)
      return {
        code: 'worker',
        message:
          `the tests of the policy take longer than ${patience / 1000} s: ${at - 1} have passed; ` +
          'remove some, or use a faster machine',
      }
    const message = problemOf(own, line, at)
    if (message !== null) return { code: 'tests', message }
    await rest()
  }
  return null
}

function problemOf(policy: Policy, line: string | null, at: number): string | null {
  const test = line === null ? 'it does not end' : line.length > MOST_TEST_BYTES ? 'it is too long' : readTest(line)
  return typeof test === 'string' ? `test ${at} of the policy cannot be read: ${test}` : failureOf(policy, test)
}

function failureOf(policy: Policy, { name, request, expect }: WrittenTest): string | null {
  try {
    // The fast decision first: tracing a thousand rules takes ten times as long.
    if (expect.shadow === null && isExpected(evaluate(policy, request, { untraced: true }), expect)) return null
    const answer = evaluate(policy, request)
    if (isExpected(answer, expect)) return null
    const [expected, actual] = [expectationInWords(expect), answerInWords(answer, expect)]
    return `the test ${quoted(name)} of the policy expects ${quoted(expected)}, but got ${quoted(actual)}`
  } catch (error) {
    return `the test ${quoted(name)} of the policy cannot be decided: ${messageOf(error)}${policy.placeOf(error)}`
  }
}

/** Yields the lines of a text one by one, and null if the last line has no line feed. */
function* linesOf(text: string): Generator<string | null> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    yield end === -1 ? null : text.slice(start, end)
    if (end === -1) return
    start = end + 1
  }
}
