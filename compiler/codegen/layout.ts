/**
 * Code as lines: what can be written to a file once each reference has its name, and what of it became of which place of the
 * policy.
 */
import { type Code, type CodeReader, readCode } from './code.ts'

export interface Layout {
  /** The text between references, one more than there are of these. */
  readonly texts: readonly string[]
  /** As `reference` numbered them. */
  readonly references: readonly number[]
  /** How many line breaks it has. */
  readonly breaks: number
  readonly marks: readonly Mark[]
  /** Of all marks, those too that others hide. */
  readonly places: readonly string[]
}

/** From here to the next mark of the same line. A line without marks is of no place. */
export interface Mark {
  /** From 0. */
  readonly line: number
  /** From 0, as if the references before it on its line took no room. */
  readonly column: number
  /** The first of these references, and the one behind the last: positions in `references`. */
  readonly from: number
  readonly to: number
  /** As `mark` was given it; null: of none. */
  readonly place: string | null
}

/**
 * Takes marks and references out of a code. The innermost mark is what counts, and one of several lines counts on each of them.
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
  /** The places of the marks that are open. */
  readonly #open: string[] = []
  readonly #places = new Map<string, string>()
  #text = ''
  #line = 0
  #column = 0
  /** The first reference of the line. */
  #from = 0
  /** Whether nothing but spaces stands on the line so far. */
  #isEmpty = true
  /**
   * Where what comes next may be of another place than what was before it; -1: nowhere. Nothing may come before the end of the
   * line.
   */
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

  /** What a line begins with. */
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

/** The text, with a name for each reference. */
export function fill({ texts, references }: Layout, names: readonly string[]): string {
  const [first] = texts
  if (references.length === 0) return first as string
  let text = first as string
  for (let at = 0; at < references.length; at += 1)
    text += (names[references[at] as number] as string) + (texts[at + 1] as string)
  return inOnePiece(text)
}

/**
 * The same, kept as one piece: V8 remembers what a text was put together of until somebody searches it. `join` would give one
 * piece, but of two bytes a character where one of the pieces was the name of a property before (V8 11.3), and then whatever that
 * is put into has two bytes a character: all of a module.
 */
function inOnePiece(text: string): string {
  NO_CODE.test(text)
  return text
}

/** Looked for at the start alone. */
const NO_CODE = /^\0/
