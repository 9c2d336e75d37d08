/** What stands between the tokens of a text: comments, and empty lines. */

export interface Remark {
  /** From its slashes to its end; lines within end in LF, without white space before it. */
  readonly text: string
  /**
   * `trailing`: behind something on its line, and nothing follows on it. `own`: alone on its line. `inline`: between slashes
   * and stars, and something follows.
   */
  readonly place: 'trailing' | 'own' | 'inline'
  /** Whether it begins its line. */
  readonly first: boolean
  /** Whether an empty line stands directly before it. */
  readonly blank: boolean
}

export interface Trivia {
  readonly remarks: readonly Remark[]
  /** Whether an empty line stands directly before what follows. */
  readonly blank: boolean
  /** Whether it begins with a line end. */
  readonly lineEnd: boolean
}

const piece = /\s+|\/\/[^\n\r]*|\/\*[\s\S]*?\*\//y

/** The trivia in `text` from `start` to `end`, of which nothing else is there; a byte order mark is white space. */
export function readTrivia(text: string, start: number, end: number): Trivia {
  const remarks: Remark[] = []
  let atLineStart = start === 0
  let blank = false
  let at = start
  while (at < end) {
    piece.lastIndex = at
    const found = piece.exec(text)?.[0]
    if (found === undefined) throw new Error(`this is no comment: ${text.slice(at, end)}`)
    at += found.length
    if (!found.startsWith('/')) {
      const lineEnds = found.split('\n').length - 1
      atLineStart ||= lineEnds > 0
      blank = lineEnds > 1 && at > found.length
      continue
    }
    const place = !endsLine(text, at, found) ? 'inline' : atLineStart ? 'own' : 'trailing'
    remarks.push({ text: cleaned(found), place, first: atLineStart, blank })
    atLineStart = false
    blank = false
  }
  return { remarks: joinRemarks(remarks, false), blank, lineEnd: /^[ \t\r]*\n/.test(text.slice(start, end)) }
}

/**
 * Comments between two tokens, of which those between the comments went: one that nothing but comments follows on its line
 * is not `inline`.
 *
 * @param lineEnd whether a line end follows them
 */
export function joinRemarks(remarks: readonly Remark[], lineEnd: boolean): Remark[] {
  const joined: Remark[] = []
  let ends = lineEnd
  for (const remark of [...remarks].reverse()) {
    const place = remark.place === 'inline' && ends ? (remark.first ? 'own' : 'trailing') : remark.place
    joined.unshift({ ...remark, place })
    ends = remark.first || place !== 'inline'
  }
  return joined
}

const lineEnd = /[ \t]*(?:\r?\n|\/\/|$)/y

/** Whether nothing but a `//` comment follows on the line. */
function endsLine(text: string, at: number, comment: string): boolean {
  if (comment.startsWith('//')) return true
  lineEnd.lastIndex = at
  return lineEnd.test(text)
}

function cleaned(comment: string): string {
  return comment
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .join('\n')
}
