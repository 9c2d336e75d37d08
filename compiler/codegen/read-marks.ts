import { MARK } from './code.ts'

/** The finished text, and what of it became of which place of the policy. */
export interface Emitted {
  readonly code: string
  readonly marks: readonly Mark[]
}

/** From here to the next mark of the same line. A line without marks is of no place. */
export interface Mark {
  /** Both from 0. */
  readonly line: number
  readonly column: number
  /** As `mark` was given it; null: of none. */
  readonly place: string | null
}

/** Takes the marks out of a text. The innermost is what counts, and a mark of several lines counts on each of them. */
export function readMarks(text: string): Emitted {
  const pieces: string[] = []
  const marks: Mark[] = []
  const open: string[] = []
  let from = 0
  let line = 0
  let column = 0
  /** Whether nothing but spaces stands before it on its line. */
  let first = true
  const put = () => {
    const place = open.at(-1) ?? null
    const last = marks.at(-1)
    if (last?.line === line && (last.column === column || first)) marks.pop()
    const before = marks.at(-1)
    if (place === (before?.line === line ? before.place : null)) return
    marks.push({ line, column, place })
  }
  for (let at = next(text, 0); at < text.length; at = next(text, at)) {
    const character = text[at]
    first &&= text.slice(from, at).trim() === ''
    column += at - from
    if (character === '\n') {
      pieces.push(text.slice(from, at + 1))
      at += 1
      from = at
      line += 1
      column = 0
      first = true
      if (open.length > 0) put()
      continue
    }
    pieces.push(text.slice(from, at))
    if (character === MARK.begins) {
      const named = text.indexOf(MARK.named, at)
      open.push(text.slice(at + 1, named))
      at = named + 1
    } else {
      open.pop()
      at += 1
    }
    from = at
    // Nothing stands between the end of a mark and that of its line, or of the text.
    if (at < text.length && text[at] !== '\n') put()
  }
  pieces.push(text.slice(from))
  return { code: pieces.join(''), marks }
}

/** The next line break, or beginning or end of a mark; else the end of the text. */
function next(text: string, from: number): number {
  INTERESTING.lastIndex = from
  return INTERESTING.exec(text)?.index ?? text.length
}

const INTERESTING = new RegExp(`[\\n${MARK.begins}${MARK.ends}]`, 'g')
