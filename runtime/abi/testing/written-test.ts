/** A line of `tests.jsonl` of a bundle (`spec/language/bundle.md`): a test's question and expectation. */

import type { EvalRequest } from '../evaluation.ts'
import type { Effect } from '../module.ts'

export interface WrittenTest {
  /** With cases: `name / row`. */
  readonly name: string
  readonly request: EvalRequest
  readonly expect: Expectation
}

export interface Expectation {
  readonly effect: Effect | 'reject'
  /** A rule, or a reason: `default`, `no-route`, `data`. */
  readonly by: string | null
  /** Of a reject. */
  readonly status: number | null
  /** Minimum headers of a permit. */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** Exactly the rules whose limits a permit has. */
  readonly limit: readonly string[] | null
  /** Exactly the shadow rules that would have changed the answer. */
  readonly shadow: readonly string[] | null
}
