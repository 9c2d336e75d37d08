/** A position in a source text. */
export interface PointJson {
  /** Line, from 1. */
  readonly line: number
  /** Column in UTF-16 code units, from 1. */
  readonly column: number
  /** Offset from the start of the text in UTF-16 code units, from 0. */
  readonly offset: number
}

/** A range of a source text. */
export interface PlaceJson {
  /** Name of the source. */
  readonly file: string
  /** Position of the first character. */
  readonly start: PointJson
  /** Position after the last character. */
  readonly end: PointJson
}
