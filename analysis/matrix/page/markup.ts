import { visible } from './visible.ts'

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
