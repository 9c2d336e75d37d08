type Attributes = Readonly<Record<string, string | boolean | undefined>>

/**
 * Returns an element. Texts become text nodes, so nothing in them is markup.
 *
 * @param attributes true for an attribute without a value; false and undefined leave it out
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    made.setAttribute(name, value === true ? '' : value)
  }
  made.append(...children)
  return made
}

/** Returns the parts of a message, with what stands between backticks as code. */
export function withCode(message: string): readonly (Node | string)[] {
  const parts = message.split('`')
  if (parts.length % 2 === 0) return [message]
  return parts.map((part, at) => (at % 2 === 0 ? part : element('code', {}, part)))
}

export function button(text: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, text)
  made.addEventListener('click', press)
  return made
}

/** @throws Error if the page has no such element, which is a bug */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no element #${id}`)
  return found as T
}
