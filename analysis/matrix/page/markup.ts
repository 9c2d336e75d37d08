/** Trusted HTML, which only the template tag `html` and `raw` create. Other texts are escaped. */
export interface Markup {
  readonly text: string
}

type Part = string | Markup | readonly Markup[]

/** Template tag that builds HTML. Inserts strings as escaped text, for elements and quoted attributes, and `Markup` unchanged. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { text: strings.reduce((all, text, at) => all + textOf(parts[at - 1] ?? '') + text) }
}

/** Returns a text as HTML without escaping it. Only for constant texts of the program. */
export function raw(text: string): Markup {
  return { text }
}

/** Returns a long name as HTML with a possible line break after each `.`, `_` and `/`. */
export function breakable(name: string): Markup {
  return { text: textOf(name).replace(/[._/](?=.)/g, '$&<wbr>') }
}

function textOf(part: Part): string {
  if (typeof part === 'string') return visible(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return 'text' in part ? part.text : part.map(({ text }) => text).join('')
}

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
