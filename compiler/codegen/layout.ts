/** Code as lines: what can be written to a file once each reference has its name, and what of it became of which place of the policy. */
import { type Code, MARK, REFERENCE } from './code.ts'

export interface Layout {
  /** The text between references, one more than there are of these. */
  readonly texts: readonly string[]
  /** As `reference` numbered them. */
  readonly references: readonly number[]
  /** How many line breaks it has. */
  readonly breaks: number
  readonly marks: readonly Mark[]
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

const LINE_BREAK = 10
const SPACE = 32
const BEGINS = MARK.begins.charCodeAt(0)
const ENDS = MARK.ends.charCodeAt(0)
const REFERENCE_BEGINS = REFERENCE.begins.charCodeAt(0)

/** Takes marks and references out of a text. The innermost mark is what counts, and one of several lines counts on each of them. */
export function layOut(code: Code): Layout {
  const text = code.toString()
  const reader = new Reader()
  let from = 0
  let at = 0
  while (at < text.length) {
    const character = text.charCodeAt(at)
    if (character >= SPACE) {
      if (character !== SPACE) reader.first = false
      at += 1
    } else if (character === LINE_BREAK) {
      at += 1
      reader.take(text.slice(from, at))
      from = at
      reader.breakLine()
    } else {
      reader.take(text.slice(from, at))
      if (character === BEGINS) {
        const named = text.indexOf(MARK.named, at)
        reader.open.push(text.slice(at + 1, named))
        from = named + 1
        if (!endsLine(text, from)) reader.put()
      } else if (character === ENDS) {
        reader.open.pop()
        from = at + 1
        // Nothing stands between the end of a mark and that of its line.
        if (!endsLine(text, from)) reader.put()
      } else if (character === REFERENCE_BEGINS) {
        from = text.indexOf(REFERENCE.ends, at) + 1
        reader.refer(Number.parseInt(text.slice(at + 1, from), 10))
      } else throw new Error('code has a character that nothing makes')
      at = from
    }
  }
  reader.take(text.slice(from))
  return reader.end()
}

function endsLine(text: string, at: number): boolean {
  return at >= text.length || text.charCodeAt(at) === LINE_BREAK
}

class Reader {
  readonly #texts: string[] = []
  readonly #references: number[] = []
  readonly #marks: Mark[] = []
  /** The places of the marks that are open. */
  readonly open: string[] = []
  readonly #places = new Map<string, string>()
  #pieces: string[] = []
  #line = 0
  #column = 0
  /** The first reference of the line. */
  #from = 0
  /** Whether nothing but spaces stands before it on its line. */
  first = true

  take(text: string): void {
    if (text !== '') this.#pieces.push(text)
    this.#column += text.length
  }

  refer(reference: number): void {
    this.#endText()
    this.#references.push(reference)
    this.first = false
  }

  breakLine(): void {
    this.#line += 1
    this.#column = 0
    this.#from = this.#references.length
    this.first = true
    if (this.open.length > 0) this.put()
  }

  put(): void {
    const place = this.#placeOf(this.open.at(-1))
    const to = this.#references.length
    const last = this.#onThisLine()
    if (last !== undefined && ((last.column === this.#column && last.to === to) || this.first)) this.#marks.pop()
    if (place === (this.#onThisLine()?.place ?? null)) return
    this.#marks.push({ line: this.#line, column: this.#column, from: this.#from, to, place })
  }

  #endText(): void {
    this.#texts.push(this.#pieces.length === 1 ? copyOf(this.#pieces[0] as string) : this.#pieces.join(''))
    this.#pieces = []
  }

  /** One text for all of its marks. */
  #placeOf(name: string | undefined): string | null {
    if (name === undefined) return null
    const place = this.#places.get(name) ?? copyOf(name)
    this.#places.set(place, place)
    return place
  }

  #onThisLine(): Mark | undefined {
    const last = this.#marks.at(-1)
    return last?.line === this.#line ? last : undefined
  }

  end(): Layout {
    this.#endText()
    return { texts: this.#texts, references: this.#references, breaks: this.#line, marks: this.#marks }
  }
}

/** As long as to V8 a part of a text is another text, and not a view of it, which would hold on to all code of a unit. */
const VIEW = 13

function copyOf(part: string): string {
  return part.length < VIEW ? part : [part.slice(0, 1), part.slice(1)].join('')
}

/** The text, with a name for each reference. */
export function fill({ texts, references }: Layout, names: readonly string[]): string {
  const [first] = texts
  if (references.length === 0) return first as string
  const parts = [first as string]
  for (let at = 0; at < references.length; at += 1) parts.push(names[references[at] as number] as string, texts[at + 1] as string)
  // In one piece: it may be put into modules many times.
  return parts.join('')
}
