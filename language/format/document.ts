/** The layout document: texts, possible line breaks, comments. `print-document.ts` chooses line breaks by group and width. */

/** The target width of formatted lines in columns. */
export const WIDTH = 100
/** The target width in columns of a row of a test's `cases`, which are formatted as a table. */
export const TABLE_WIDTH = 160

export type Document =
  | string
  | Concatenation
  | Indentation
  | Group
  | Line
  | EitherWay
  | Space
  | Alignment
  | LineComment
  | BlockComment
  | BlankLine

/** Whether a line must break inside, whatever the width. */
interface Breaking {
  readonly breaks: boolean
}

export interface Concatenation extends Breaking {
  readonly kind: 'concatenation'
  readonly parts: readonly Document[]
}
/** A part of a document whose lines after the first are indented by `by` columns. */
export interface Indentation extends Breaking {
  readonly kind: 'indentation'
  readonly by: number
  readonly content: Document
}
/** A part of a document whose lines are aligned with the column in which the part begins. */
export interface Alignment extends Breaking {
  readonly kind: 'alignment'
  readonly content: Document
}
/** A group that is printed on one line if it fits; else all of its own line breaks apply. */
export interface Group extends Breaking {
  readonly kind: 'group'
  readonly content: Document
}
/**
 * A possible line break. If the group stays on one line, a `space` line is a space and a `soft` line is nothing. A `hard` line
 * always breaks.
 */
export interface Line extends Breaking {
  readonly kind: 'line'
  readonly form: 'space' | 'soft' | 'hard'
}
/** Alternative documents: one if the lines of the enclosing group are broken, the other if the group is on one line. */
export interface EitherWay extends Breaking {
  readonly kind: 'either'
  readonly broken: Document
  readonly flat: Document
}
/** White space within a line; dropped at line starts and ends. */
export interface Space extends Breaking {
  readonly kind: 'space'
  readonly width: number
}
/** Adds an empty line at the next line end. */
export interface BlankLine extends Breaking {
  readonly kind: 'blank'
}
/** A comment that extends to the end of its line. `trailing`: printed after the last text; else printed on its own line. */
export interface LineComment extends Breaking {
  readonly kind: 'line-comment'
  readonly text: string
  readonly trailing: boolean
}
/** A block comment that precedes other text on its line. */
export interface BlockComment extends Breaking {
  readonly kind: 'block-comment'
  readonly text: string
  /** Whether a space separates the comment from the following text. */
  readonly spaced: boolean
}

export const line: Document = { kind: 'line', form: 'space', breaks: false }
export const softLine: Document = { kind: 'line', form: 'soft', breaks: false }
export const hardLine: Document = { kind: 'line', form: 'hard', breaks: true }
export const blankLine: Document = { kind: 'blank', breaks: true }
export const space: Document = { kind: 'space', width: 1, breaks: false }

export function spaces(width: number): Document {
  return { kind: 'space', width, breaks: false }
}

export function breaks(document: Document): boolean {
  return typeof document === 'string' ? document.includes('\n') : document.breaks
}

export function hasComments(document: Document): boolean {
  if (typeof document === 'string') return false
  switch (document.kind) {
    case 'concatenation':
      return document.parts.some(hasComments)
    case 'indentation':
    case 'alignment':
    case 'group':
      return hasComments(document.content)
    case 'either':
      return hasComments(document.broken) || hasComments(document.flat)
    case 'line-comment':
    case 'block-comment':
      return true
    case 'line':
    case 'space':
    case 'blank':
      return false
  }
}

export function concat(...parts: readonly Document[]): Document {
  return sequence(parts)
}

/**
 * Returns a document of several parts in order. `concat` has the same result, but cannot take more than some hundred thousand
 * arguments.
 */
export function sequence(parts: readonly Document[]): Document {
  return { kind: 'concatenation', parts, breaks: parts.some(breaks) }
}

export function indent(content: Document, by = 2): Document {
  return { kind: 'indentation', by, content, breaks: breaks(content) }
}

export function align(content: Document): Document {
  return { kind: 'alignment', content, breaks: breaks(content) }
}

export function group(content: Document): Document {
  return { kind: 'group', content, breaks: breaks(content) }
}

export function either(options: { readonly broken: Document; readonly flat: Document }): Document {
  return { kind: 'either', ...options, breaks: false }
}

export function join(separator: Document, parts: readonly Document[]): Document {
  return sequence(parts.flatMap((part, at) => (at === 0 ? [part] : [separator, part])))
}

export function lineComment(text: string, trailing: boolean): Document {
  return { kind: 'line-comment', text, trailing, breaks: true }
}

export function blockComment(text: string, spaced: boolean): Document {
  return { kind: 'block-comment', text, spaced, breaks: text.includes('\n') }
}
