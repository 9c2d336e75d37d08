/** The mappings of a source map (version 3, ECMA-426), built block by block, so that unchanged blocks are reused. */
import type { Layout, Mark } from './layout.ts'

/** The location of a rule or declaration in the policy's sources; all numbers from 0. */
export interface Location {
  /** The index of the source in the source map's list. */
  readonly source: number
  readonly line: number
  readonly column: number
  /** Whether the rule or declaration has moved or no longer exists, so that this object is out of date. */
  readonly left: boolean
}

export interface Places {
  /**
   * Returns the source location of a rule or declaration by its key, such as `rule orders_read`. Returns the same object as
   * before if the location has not changed.
   */
  locate(place: string): Location
}

/**
 * The source mappings of a block of lines, in encoded form except for the first location. The encoding of that location depends
 * on the block before, so it is encoded when blocks are joined.
 */
export interface MappedBlock {
  /** The encoded mappings of the block before `first`. */
  readonly before: string
  /** The source location of the first mark that has an origin; null if there is none. */
  readonly first: Location | null
  readonly after: string
  readonly last: Location | null
}

const START: Location = { source: 0, line: 0, column: 0, left: false }

/**
 * Encodes the source mappings of a block of code.
 *
 * @param widthOf returns the length of the name that replaces a reference
 */
export function mapBlock(
  { marks, references, breaks }: Layout,
  widthOf: (reference: number) => number,
  places: Places,
): MappedBlock {
  const digits = new Digits()
  let before: string | null = null
  let first: Location | null = null
  let last: Location | null = null
  let place: string | null = null
  let line = 0
  let column = 0
  for (const mark of marks) {
    if (mark.line > line) {
      digits.breakLines(mark.line - line)
      line = mark.line
      column = 0
    } else if (digits.inLine) digits.separate()
    const start = mark.column + widthBefore(mark, references, widthOf)
    digits.number(start - column)
    column = start
    digits.inLine = true
    if (mark.place === null) continue
    const location: Location = mark.place === place ? (last as Location) : places.locate(mark.place)
    place = mark.place
    if (last === null) {
      first = location
      before = digits.end()
    } else digits.location(last, location)
    last = location
  }
  digits.breakLines(breaks - line)
  const rest = digits.end()
  return before === null ? { before: rest, first: null, after: '', last: null } : { before, first, after: rest, last }
}

function widthBefore({ from, to }: Mark, references: readonly number[], widthOf: (reference: number) => number): number {
  let width = 0
  for (let at = from; at < to; at += 1) width += widthOf(references[at] as number)
  return width
}

/** Builder that joins the encoded source mappings of consecutive blocks. */
export class Mappings {
  readonly #before: string[] = []
  readonly #after: string[] = []
  readonly #digits = new Digits()
  #first: Location | null = null
  #last: Location | null = null

  add({ before, first, after, last }: MappedBlock): void {
    const texts = this.#last === null ? this.#before : this.#after
    texts.push(before)
    if (first === null || last === null) return
    if (this.#last === null) this.#first = first
    else this.#after.push(this.#between(this.#last, first))
    this.#after.push(after)
    this.#last = last
  }

  breakLines(count: number): void {
    const texts = this.#last === null ? this.#before : this.#after
    texts.push(count === 1 ? ';' : ';'.repeat(count))
  }

  #between(one: Location, other: Location): string {
    this.#digits.location(one, other)
    return this.#digits.end()
  }

  block(): MappedBlock {
    return { before: this.#before.join(''), first: this.#first, after: this.#after.join(''), last: this.#last }
  }

  toString(): string {
    const { before, first, after } = this.block()
    const text = first === null ? before : before + this.#between(START, first) + after
    let end = text.length
    // A regular expression would try each semicolon of the text.
    while (text.charCodeAt(end - 1) === SEMICOLON) end -= 1
    return text.slice(0, end)
  }
}

const SEMICOLON = 59
const COMMA = 44
/** Base64 (RFC 4648, section 4). */
const BASE64 = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', (digit) => digit.charCodeAt(0))
/** A number of arguments that any function accepts. */
const MANY = 8_192

class Digits {
  #codes: number[] = []
  /** Whether the current line has a mapping. */
  inLine = false

  breakLines(count: number): void {
    for (let line = 0; line < count; line += 1) this.#codes.push(SEMICOLON)
    if (count > 0) this.inLine = false
  }

  separate(): void {
    this.#codes.push(COMMA)
  }

  location(before: Location, { source, line, column }: Location): void {
    this.number(source - before.source)
    this.number(line - before.line)
    this.number(column - before.column)
  }

  /** Base64 VLQ: five bits per digit, least significant first; the lowest bit is the sign, the sixth marks continuation. */
  number(value: number): void {
    let rest = value < 0 ? (-value << 1) | 1 : value << 1
    do {
      const more = rest >>> 5
      this.#codes.push(BASE64[(rest & 31) | (more > 0 ? 32 : 0)] as number)
      rest = more
    } while (rest > 0)
  }

  end(): string {
    const codes = this.#codes
    if (codes.length === 0) return ''
    this.#codes = []
    if (codes.length <= MANY) return String.fromCharCode(...codes)
    let text = ''
    for (let at = 0; at < codes.length; at += MANY) text += String.fromCharCode(...codes.slice(at, at + MANY))
    return text
  }
}
