import type { Span } from '../../language/source.ts'

/** What became of one `test` block. */
export interface TestResult {
  readonly name: string
  readonly passed: boolean
  /** In words, as the test writes it: `permit by billing_reads`. */
  readonly expected: string
  /** In the same words, what the decision was. */
  readonly actual: string
  /** Of the `expect` clause: what to point at. */
  readonly span: Span
}
