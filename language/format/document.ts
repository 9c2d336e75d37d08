/**
 * What a formatted text is made of: pieces, places where a line may end, and comments. Which of the places become line ends
 * is decided by `print-document.ts`, group by group, from the width that is left.
 */

/** Columns of a line, where the text leaves a choice. */
export const WIDTH = 100
/** Those of a row of `cases`, which is a table, and read across. */
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

/** Whether a line must end within, whatever the width. */
interface Breaking {
  readonly breaks: boolean
}

export interface Concatenation extends Breaking {
  readonly kind: 'concatenation'
  readonly parts: readonly Document[]
}
/** Lines within begin that much further in. */
export interface Indentation extends Breaking {
  readonly kind: 'indentation'
  readonly by: number
  readonly content: Document
}
/** Lines within begin at the column where it begins itself. */
export interface Alignment extends Breaking {
  readonly kind: 'alignment'
  readonly content: Document
}
/** On one line if it fits; else all places of its own are line ends. */
export interface Group extends Breaking {
  readonly kind: 'group'
  readonly content: Document
}
/** A place where a line may end; else a space, or nothing where it is `soft`. `hard`: it does end. */
export interface Line extends Breaking {
  readonly kind: 'line'
  readonly form: 'space' | 'soft' | 'hard'
}
/** One text where the group round it is broken, another where it is on one line. */
export interface EitherWay extends Breaking {
  readonly kind: 'either'
  readonly broken: Document
  readonly flat: Document
}
/** White space within a line: it vanishes where a line begins or ends. */
export interface Space extends Breaking {
  readonly kind: 'space'
  readonly width: number
}
/** At the next line end, also an empty line. */
export interface BlankLine extends Breaking {
  readonly kind: 'blank'
}
/**
 * A comment that its line ends with. `trailing`: behind what was printed last, on its line; else on a line of its own. What is
 * printed next begins a line.
 */
export interface LineComment extends Breaking {
  readonly kind: 'line-comment'
  readonly text: string
  readonly trailing: boolean
}
/** A comment between slashes and stars before something else on its line. */
export interface BlockComment extends Breaking {
  readonly kind: 'block-comment'
  readonly text: string
  /** Whether what follows keeps a space from it. */
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

/** Whether a comment is within. */
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

/** Of as many parts as there may be: a call takes some hundred thousand arguments at most. */
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
