import { visible } from './visible.ts'

/** HTML. Nothing becomes that but what a template says, and texts as text. */
export interface Markup {
  readonly text: string
}

type Part = string | Markup | readonly Markup[]

/** Whatever is put in stands there as text, in an element or between the quotes of an attribute, unless it is markup. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { text: strings.reduce((all, text, at) => all + textOf(parts[at - 1] ?? '') + text) }
}

/** Of ours. */
export function raw(text: string): Markup {
  return { text }
}

/** A name that may be long, and be broken where a word ends. */
export function breakable(name: string): Markup {
  return { text: textOf(name).replace(/[._/](?=.)/g, '$&<wbr>') }
}

function textOf(part: Part): string {
  if (typeof part === 'string') return visible(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return 'text' in part ? part.text : part.map(({ text }) => text).join('')
}
