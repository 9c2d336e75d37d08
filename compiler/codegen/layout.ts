/** Code as lines, ready to be written once references have names, with the place of the policy that each part comes from. */
import { type Code, type CodeReader, readCode } from './code.ts'

export interface Layout {
  /** The texts before, between and after the references, so there is one more text than references. */
  readonly texts: readonly string[]
  /** For each reference, in order of the text, its number: the argument of `reference`. */
  readonly references: readonly number[]
  readonly breaks: number
  readonly marks: readonly Mark[]
  /**
   * Names of all policy declarations from which parts of the code come. Includes an outer one even if inner marks cover all of
   * its code.
   */
  readonly places: readonly string[]
}

/**
 * Marks a position in generated code: the code from here to the next mark of the line comes from one declaration or rule of the
 * policy. Code before the first mark of a line has no origin.
 */
export interface Mark {
  /** Line in the layout, from 0. */
  readonly line: number
  /** Column in the line, from 0, as if all references before it had empty names. */
  readonly column: number
  /**
   * Index in `references` of the line's first reference before the mark; `to` is the index after the last one. The lengths of
   * their names are added to `column`.
   */
  readonly from: number
  readonly to: number
  /** Name of the origin in the policy, as given to `mark`; null if the code has no origin. */
  readonly place: string | null
}

/**
 * Converts code to text with separate lists of references and marks of origins. Inner marks override outer ones; a mark of
 * several lines is repeated for each.
 */
export function layOut(code: Code): Layout {
  const reader = new LayoutReader()
  readCode(code, reader)
  return reader.end()
}

class LayoutReader implements CodeReader {
  readonly #texts: string[] = []
  readonly #references: number[] = []
  readonly #marks: Mark[] = []
  /** The places of open marks. */
  readonly #open: string[] = []
  readonly #places = new Map<string, string>()
  #text = ''
  #line = 0
  #column = 0
  /** The first reference of the line. */
  #from = 0
  /** Whether the line has only spaces so far. */
  #isEmpty = true
  /** The column where the place may change; -1: nowhere. The line may end before any text follows. */
  #changed = -1

  readText(text: string, depth: number): void {
    this.#begin(depth)
    this.#put()
    this.#isEmpty = false
    this.#add(text)
  }

  readReference(n: number, depth: number): void {
    this.#begin(depth)
    this.#put()
    this.#isEmpty = false
    this.#endText()
    this.#references.push(n)
  }

  readMark(place: string, depth: number): void {
    const known = this.#places.get(place) ?? place
    if (known === place) this.#places.set(place, place)
    this.#open.push(known)
    this.#change(depth)
  }

  readMarkEnd(depth: number): void {
    this.#open.pop()
    this.#change(depth)
  }

  readBreak(): void {
    this.#text += '\n'
    this.#line += 1
    this.#column = 0
    this.#from = this.#references.length
    this.#isEmpty = true
    this.#changed = this.#open.length > 0 ? 0 : -1
  }

  /** Writes the indentation. */
  #begin(depth: number): void {
    if (this.#isEmpty && this.#column < depth) this.#add(' '.repeat(depth - this.#column))
  }

  #change(depth: number): void {
    this.#begin(depth)
    this.#changed = this.#column
  }

  #add(text: string): void {
    this.#text += text
    this.#column += text.length
  }

  #put(): void {
    const column = this.#changed
    if (column < 0) return
    this.#changed = -1
    const place = this.#open.at(-1) ?? null
    const last = this.#marks.at(-1)
    if (place === (last?.line === this.#line ? last.place : null)) return
    this.#marks.push({ line: this.#line, column, from: this.#from, to: this.#references.length, place })
  }

  #endText(): void {
    this.#texts.push(inOnePiece(this.#text))
    this.#text = ''
  }

  end(): Layout {
    this.#endText()
    return {
      texts: this.#texts,
      references: this.#references,
      breaks: this.#line,
      marks: this.#marks,
      places: [...this.#places.keys()],
    }
  }
}

export function areSameMarks(one: readonly Mark[], other: readonly Mark[]): boolean {
  return one.length === other.length && one.every((mark, at) => isSameMark(mark, other[at] as Mark))
}

function isSameMark(one: Mark, other: Mark): boolean {
  const isSamePlace = one.line === other.line && one.column === other.column && one.from === other.from && one.to === other.to
  return isSamePlace && one.place === other.place
}

/** Returns the text of a layout with a name in place of each reference. */
export function fill({ texts, references }: Layout, names: readonly string[]): string {
  const [first] = texts
  if (references.length === 0) return first as string
  let text = first as string
  for (let at = 0; at < references.length; at += 1)
    text += (names[references[at] as number] as string) + (texts[at + 1] as string)
  return inOnePiece(text)
}

/**
 * Flattens a text: V8 keeps a concatenation's parts until it is searched. `join` would be flat too, but with two bytes per
 * character if one part was a property name before (V8 11.3), and so would be the whole module.
 */
function inOnePiece(text: string): string {
  NO_CODE.test(text)
  return text
}

/** Matches only at the start, so it costs nothing. */
const NO_CODE = /^\0/
