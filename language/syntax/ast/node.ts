import type { Span } from '../../source.ts'

/** The base of every node of the syntax tree: its position in the source. */
export interface Node {
  readonly span: Span
}

/** An identifier. */
export interface Name extends Node {
  readonly kind: 'Name'
  readonly text: string
}

/** A quoted string. `value` is the text with escapes resolved. */
export interface Text extends Node {
  readonly kind: 'Text'
  readonly value: string
}

/** A period: `10m`, `1h`, `90s`, `7d`, `500ms`: a whole number and one unit, without a space. */
export interface Period extends Node {
  readonly kind: 'Period'
  /** Length of the period in milliseconds. */
  readonly milliseconds: number
}
