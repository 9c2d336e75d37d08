const SVG = 'http://www.w3.org/2000/svg'

/** Content of an HTML element. Strings are inserted as text, never as HTML. */
export type Content = Node | string | number | null

interface Attributes {
  readonly [name: string]: string | boolean
}

/** Creates an HTML element. The dashboard creates elements only by this function and `svg`, so that no text is parsed as HTML. */
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

/** Creates an SVG element. Its attributes must not include `style`, which the page's policy forbids. */
export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | number>> = {},
  ...content: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value))
  made.append(...content)
  return made
}

/**
 * Returns the HTML element with an ID.
 *
 * @throws Error if the page has no such element
 */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no element \`${id}\`: reload it`)
  return found as T
}

/** Sets the text of the HTML element with an ID if it differs, so that screen readers are not interrupted needlessly. */
export function setText(id: string, text: string): void {
  const of = byId(id)
  if (of.textContent !== text) of.textContent = text
}

/** Updates the content of an element in place where it differs, so that reading and selecting are not interrupted. */
export function renew(place: Element, made: Node): void {
  const [old = null] = place.childNodes
  if (old === null || place.childNodes.length > 1 || !adapt(old, made)) place.replaceChildren(made)
}

/** Returns false if the structure differs and must be replaced. */
function adapt(old: Node, made: Node): boolean {
  if (old.isEqualNode(made)) return true
  if (old.nodeName !== made.nodeName || old.childNodes.length !== made.childNodes.length) return false
  if (old instanceof Text) old.data = made.textContent ?? ''
  if (old instanceof Element && made instanceof Element)
    for (const name of new Set([...old.getAttributeNames(), ...made.getAttributeNames()])) {
      const value = made.getAttribute(name)
      if (value === null) old.removeAttribute(name)
      else if (old.getAttribute(name) !== value) old.setAttribute(name, value)
    }
  const news = [...made.childNodes]
  for (const [at, child] of [...old.childNodes].entries()) {
    const of = news[at] as Node
    if (!adapt(child, of)) child.replaceWith(of)
  }
  return true
}

/**
 * Replaces invisible characters, and those that change the display of others, by escapes: U+202E becomes the text `\u{202e}`.
 *
 * @param most maximum number of characters; longer text is truncated
 */
export function visible(text: string, most = 300): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text
  return short.replaceAll(HIDDEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Controls and formats (Unicode categories Cc and Cf), line and paragraph separators. */
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu
