/** Positions from 1, offsets from 0, in UTF-16 units. */
export interface PointJson {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** A place in a file; `end` is behind its last character. */
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
  /** Other places that matter: "declared here". */
  readonly related: readonly (PlaceJson & { readonly message: string })[]
  /**
   * Mends that can be made for the user, the likeliest first: each with the places that it changes and what is to stand there.
   */
  readonly fixes: readonly { readonly title: string; readonly edits: readonly (PlaceJson & { readonly text: string })[] }[]
}
