import { visible } from './visible.ts'

/** HTML that only templates create; text is escaped. */
export interface Markup {
  readonly text: string
}

type Part = string | Markup | readonly Markup[]

/**
 * Builds markup from a template. Parts are inserted as escaped text, for elements and quoted attributes, unless they are markup.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { text: strings.reduce((all, text, at) => all + textOf(parts[at - 1] ?? '') + text) }
}

/** Marks a text as markup, without escapes. Only for constant texts of the program. */
export function raw(text: string): Markup {
  return { text }
}

/** Returns a long name that may wrap after each word. */
export function breakable(name: string): Markup {
  return { text: textOf(name).replace(/[._/](?=.)/g, '$&<wbr>') }
}

function textOf(part: Part): string {
  if (typeof part === 'string') return visible(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return 'text' in part ? part.text : part.map(({ text }) => text).join('')
}
