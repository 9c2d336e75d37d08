/** A regular expression of RE2 that asks for plain texts. */
export interface LiteralPattern {
  /** One of these. */
  readonly texts: readonly string[]
  /** Where the text begins, and where it ends. */
  readonly begins: boolean
  readonly ends: boolean
}

/** `^a\.b$`, `^(a|b)$`, `a`. Null where it asks for anything else. */
export function literalPattern(pattern: string): LiteralPattern | null {
  const begins = pattern.startsWith('^')
  const ends = /(?:^|[^\\])(?:\\\\)*\$$/.test(pattern)
  const middle = pattern.slice(begins ? 1 : 0, ends ? -1 : undefined)
  const group = /^\((?:\?:)?(.*)\)$/s.exec(middle)?.[1]
  const alternatives = group === undefined ? [middle] : group.split('|')
  const texts = alternatives.map(plain)
  // An escaped `|` would have been taken for a choice; the backslash before it is then no escape of anything.
  return texts.every((text) => text !== null) ? { texts, begins, ends } : null
}

/** The text that a pattern without operators stands for. */
function plain(pattern: string): string | null {
  let text = ''
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] as string
    if (character === '\\') {
      at += 1
      const escaped = pattern[at]
      // Of a letter or a digit it is a class, an anchor, a character by its number.
      if (escaped === undefined || !/[!-/:-@[-`{-~]/.test(escaped)) return null
      text += escaped
    } else if (/[.*+?()[\]{}|^$]/.test(character)) return null
    else text += character
  }
  return text
}
