import type { Span } from '../source.ts'

export type Severity = 'error' | 'warning'

/** An error or warning about the user's text. A value, never thrown. */
export interface Diagnostic {
  /** Code from the catalogue, stable: `IAP` and four digits. */
  readonly code: string
  readonly severity: Severity
  /** Description of the problem: one sentence in lower case, without a full stop, the user's text in backticks. */
  readonly message: string
  /** Advice on how to solve the problem. */
  readonly help: string
  readonly span: Span
  /** Other relevant spans, each with a caption such as "declared here". */
  readonly related: readonly { readonly message: string; readonly span: Span }[]
  /** Quick fixes, the likeliest first. */
  readonly fixes: readonly Fix[]
}

/** A quick fix: a title for a button, and edits. */
export interface Fix {
  /** Title in the style of `help`: "guard it with `has(caller.level)`". */
  readonly title: string
  /** Spans that do not overlap, with their replacements. An empty span is an insertion. */
  readonly edits: readonly { readonly span: Span; readonly text: string }[]
  /** Whether the edits contain values that a person must replace. An editor offers such a fix, but `--fix` does not apply it. */
  readonly hasPlaceholders?: boolean
}
