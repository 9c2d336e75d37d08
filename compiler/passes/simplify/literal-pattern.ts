/** An RE2 regular expression that matches only plain texts. */
export interface LiteralPattern {
  /** Texts that the pattern matches, one for each alternative. */
  readonly texts: readonly string[]
  /** Whether the pattern begins with `^`. */
  readonly begins: boolean
  /** Whether the pattern ends with `$`. */
  readonly ends: boolean
}

/** Parses a pattern that matches only plain texts: `^a\.b$`, `^(a|b)$` or `a`. Returns null for other patterns. */
export function literalPattern(pattern: string): LiteralPattern | null {
  const begins = pattern.startsWith('^')
  const ends = /(?:^|[^\\])(?:\\\\)*\$$/.test(pattern)
  const middle = pattern.slice(begins ? 1 : 0, ends ? -1 : undefined)
  const group = /^\((?:\?:)?(.*)\)$/s.exec(middle)?.[1]
  const alternatives = group === undefined ? [middle] : group.split('|')
  const texts = alternatives.map(plain)
  // An escaped `|` is split too, but leaves a trailing backslash, which is no valid escape.
  return texts.every((text) => text !== null) ? { texts, begins, ends } : null
}

/** Returns the text of a pattern without operators. */
function plain(pattern: string): string | null {
  let text = ''
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] as string
    if (character === '\\') {
      at += 1
      const escaped = pattern[at]
      // An escaped letter or digit is a class, an anchor or a character code.
      if (escaped === undefined || !/[!-/:-@[-`{-~]/.test(escaped)) return null
      text += escaped
    } else if (/[.*+?()[\]{}|^$]/.test(character)) return null
    else text += character
  }
  return text
}
