import type { Span } from '../source.ts'

export type Severity = 'error' | 'warning'

/** One mistake or doubt about the user's text. A value, never thrown. */
export interface Diagnostic {
  /** `IAP` and four digits, from the catalogue; stable. */
  readonly code: string
  readonly severity: Severity
  /** One sentence: lower case, no full stop, the user's text in backticks. */
  readonly message: string
  /** What to do about it. */
  readonly help: string
  readonly span: Span
  /** Other places that matter: "declared here". */
  readonly related: readonly { readonly message: string; readonly span: Span }[]
}
