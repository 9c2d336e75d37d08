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
  /** Mends that can be made for the user, the likeliest first; empty where there is none. */
  readonly fixes: readonly Fix[]
}

/** A mend: what a button says, and what it does to the texts. */
export interface Fix {
  /** In the style of `help`: "guard it by `has(caller.level)`". */
  readonly title: string
  /** Places that do not overlap, each with what is to stand there. An empty place is an insertion. */
  readonly edits: readonly { readonly span: Span; readonly text: string }[]
}
