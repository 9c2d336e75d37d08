/** Characters that change how others are shown, or are not shown themselves, as people can see them: `a‮b` → `a\u{202e}b`. Line breaks stay. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`)
}

const HIDDEN = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu
