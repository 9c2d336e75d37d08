import type { Span } from '../source.ts'

export type Severity = 'error' | 'warning'

/** An error or warning about the user's text. A value, never thrown. */
export interface Diagnostic {
  /** `IAP` and four digits, from the catalogue; stable. */
  readonly code: string
  readonly severity: Severity
  /** One sentence: lower case, no full stop, the user's text in backticks. */
  readonly message: string
  /** What to do about it. */
  readonly help: string
  readonly span: Span
  /** Other relevant places: "declared here". */
  readonly related: readonly { readonly message: string; readonly span: Span }[]
  /** Quick fixes, the likeliest first. */
  readonly fixes: readonly Fix[]
}

/** A quick fix: the label of its button, and its edits. */
export interface Fix {
  /** In the style of `help`: "guard it by `has(caller.level)`". */
  readonly title: string
  /** Spans that do not overlap, with their replacements. An empty span is an insertion. */
  readonly edits: readonly { readonly span: Span; readonly text: string }[]
}
