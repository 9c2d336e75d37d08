/** What stands in an element: text is text, whatever it looks like. */
export type Content = Node | string | number | null

interface Attributes {
  readonly [name: string]: string | boolean
}

/** The only way in which this page makes elements: nothing is read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(attribute, '')
    else if (value !== false) made.setAttribute(attribute, value)
  }
  made.append(...content.flatMap((one) => (one === null ? [] : [typeof one === 'number' ? String(one) : one])))
  return made
}

/** An element of the page. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no ${id}`)
  return found as T
}

/** In place of what was there; where it is the same it stays, so that nobody who reads it is interrupted. */
export function setText(id: string, text: string): void {
  const of = byId(id)
  if (of.textContent !== text) of.textContent = text
}

/** Characters that change how others are shown, or are not shown themselves, as people can see them: `a‮b` → `a\u{202e}b`. */
export function visible(text: string, most = 300): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text
  return short.replaceAll(HIDDEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Controls, formats (Unicode, categories Cc and Cf), and the ends of lines and paragraphs. */
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu
