/** A line of `tests.jsonl` of a bundle (`spec/language/bundle.md`): a test of the policy, as the question that it asks and the answer that it expects. */

import type { EvalRequest } from '../evaluation.ts'
import type { Effect } from '../module.ts'

export interface WrittenTest {
  /** With cases `name / row`. */
  readonly name: string
  readonly request: EvalRequest
  readonly expect: Expectation
}

/** What an answer must be. What is null may be anything. */
export interface Expectation {
  readonly effect: Effect | 'reject'
  /** The name of a rule, or a reason: `default`, `no-route`, `data`. */
  readonly by: string | null
  /** Of a reject. */
  readonly status: number | null
  /** That a permit sets, at least. */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** The rules whose limits a permit names: these and no others. */
  readonly limit: readonly string[] | null
  /** The shadow rules that would have changed the answer: these and no others. */
  readonly shadow: readonly string[] | null
}
