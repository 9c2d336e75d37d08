/** The text between tokens: comments and empty lines. */

/** A comment between two tokens, and its position. */
export interface Remark {
  /** The comment's text; line ends are LF without trailing white space. */
  readonly text: string
  /**
   * Position of the comment. `trailing`: last on a line after other text. `own`: alone on its line. `inline`: a block comment
   * before other text.
   */
  readonly place: 'trailing' | 'own' | 'inline'
  /** Whether the comment begins its line. */
  readonly first: boolean
  /** Whether an empty line precedes the comment. */
  readonly blank: boolean
}

export interface Trivia {
  readonly remarks: readonly Remark[]
  /** Whether an empty line precedes the next token. */
  readonly blank: boolean
  /** Whether the trivia begins with a line end. */
  readonly lineEnd: boolean
}

const piece = /\s+|\/\/[^\n\r]*|\/\*[\s\S]*?\*\//y

/** Reads the comments and white space (trivia) between two tokens. A byte order mark is white space. */
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
 * Merges the comments around removed tokens into one list. A comment is not `inline` if only comments follow on its line.
 *
 * @param lineEnd whether a line end follows the comments
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

/** Whether at most a `//` comment follows on the line. */
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
