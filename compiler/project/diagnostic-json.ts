/** Line and column from 1, offset from 0, in UTF-16 units. */
export interface PointJson {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** A span in a file; `end` is exclusive. */
export interface PlaceJson {
  readonly file: string
  readonly start: PointJson
  readonly end: PointJson
}

export interface DiagnosticJson extends PlaceJson {
  /** `IAP` and four digits; stable (`spec/language/diagnostics.md`). */
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** One sentence: lower case, no full stop, the user's text in backticks. */
  readonly message: string
  /** What to do about it. */
  readonly help: string
  /** Other relevant places: "declared here". */
  readonly related: readonly (PlaceJson & { readonly message: string })[]
  /** Quick fixes, the likeliest first, each with spans and their replacements. */
  readonly fixes: readonly { readonly title: string; readonly edits: readonly (PlaceJson & { readonly text: string })[] }[]
}
