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

/** Milliseconds for all of them, beside whatever else the process is at. */
const PATIENCE = 45_000

/** `worker`: there was no time for them, which may be otherwise a moment later. */
export interface FailedTests {
  readonly code: 'tests' | 'worker'
  readonly message: string
}

/**
 * Runs the tests that a bundle carries, by the policy itself, at the hosts that it names itself and on the data that each test
 * gives. Whoever else waits for the event loop has a turn between two of them.
 *
 * @param text `tests.jsonl`
 * @returns what is wrong with the first that fails; null: all pass
 */
export async function runOwnTests(policy: Policy, text: string, patience = PATIENCE): Promise<FailedTests | null> {
  if (Buffer.byteLength(text) > MOST_TESTS_BYTES)
    return { code: 'tests', message: `the tests of the policy are more than ${MOST_TESTS_BYTES} bytes` }
  const own = policy.atOwnHosts()
  const rest = pauses()
  const end = performance.now() + patience
  let at = 0
  for (const line of linesOf(text)) {
    at++
    if (performance.now() > end)
      return { code: 'worker', message: `the tests of the policy take longer than ${patience / 1000} s: ${at - 1} have passed` }
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
    // As a request is decided. Where that alone shows that the test holds, tracing a thousand rules would take ten times as long.
    if (expect.shadow === null && isExpected(evaluate(policy, request, { untraced: true }), expect)) return null
    const answer = evaluate(policy, request)
    if (isExpected(answer, expect)) return null
    const [expected, actual] = [expectationInWords(expect), answerInWords(answer, expect)]
    return `the test ${quoted(name)} of the policy expects ${quoted(expected)}, and it came to ${quoted(actual)}`
  } catch (error) {
    return `the test ${quoted(name)} of the policy cannot be decided: ${messageOf(error)}${policy.placeOf(error)}`
  }
}

/** Read when it is their turn. Null: the last one has no line feed. */
function* linesOf(text: string): Generator<string | null> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    yield end === -1 ? null : text.slice(start, end)
    if (end === -1) return
    start = end + 1
  }
}
