/**
 * Characters that change how others are shown, or are not shown themselves, as people can see them: `a‮b` → `a\u{202e}b`. Line
 * breaks stay.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, escaped)
}

/** The same of what has to stay on one line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', escaped)
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`
}

/**
 * What Unicode has nothing painted for is not only what formats: there are letters of that kind, and a braille pattern without
 * dots. A pictograph may ask for its colors.
 */
const HIDDEN = /(?!\n)(?!(?<=\p{Extended_Pictographic})\ufe0f)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu
