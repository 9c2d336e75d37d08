/** Escapes characters that are invisible or change how others are displayed: `a‮b` → `a\u{202e}b`. Keeps line breaks. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escaped)
}

/** Makes invisible characters of a text visible, line breaks included: for text that must stay on one line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', escaped)
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`
}

/** Some letters and the empty braille pattern are invisible too. A pictograph may have a variation selector. */
const HIDDEN = /(?!\n)(?!(?<=\p{Extended_Pictographic})\ufe0f)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu
