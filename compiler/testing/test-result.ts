import type { Span } from '../../language/source.ts'

/** What became of one test: of a `test` block, or of one row of its `cases`. */
export interface TestResult {
  /** With cases `name / row`. */
  readonly name: string
  readonly passed: boolean
  /** In words, as the test writes it: `permit by billing_reads`. */
  readonly expected: string
  /** In the same words, what the decision was. */
  readonly actual: string
  /** Of one that failed: why it was decided so, lines of text; null where nobody was asked. */
  readonly explanation: string | null
  /** Of the `expect` clause: what to point at. */
  readonly span: Span
}
