import type { Span } from '../../language/source.ts'

/** The result of a `test` block, or of one row of its `cases`. */
export interface TestResult {
  /** With cases, `name / row`. */
  readonly name: string
  readonly passed: boolean
  /** As the test writes it: `permit by billing_reads`. */
  readonly expected: string
  /** The decision, in the same form. */
  readonly actual: string
  /** The explanation of a failure as lines of text; null if none was requested. */
  readonly explanation: string | null
  /** How a test of all requests was answered: `proved`, `refuted` or `tried on 2000 requests`; null for a test of one request. */
  readonly evidence: string | null
  /** The span of the `expect` clause. */
  readonly span: Span
}
