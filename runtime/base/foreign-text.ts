/** Maximum characters of a name, and of a subject or other identifier, that a page shows. */
export const SHOWN = { name: 100, identifier: 200 }

/**
 * Returns text that others control, such as a claim, for display. Invisible characters, and those that change the display of
 * others, become escapes: U+202E becomes `\u{202e}`. The result is not HTML: it must be escaped like any text.
 *
 * @param most maximum number of characters of the text; the rest is replaced by `…`
 */
export function foreignText(text: string, most: number): string {
  // Before the split into characters, which would copy all of it.
  const start = text.slice(0, 2 * most)
  const characters = [...start]
  const isWhole = start.length === text.length && characters.length <= most
  const short = isWhole ? text : `${characters.slice(0, most).join('')}…`
  return short.replaceAll(HIDDEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Returns a caller's name as text for display, bounded and without hidden characters; `null` if its claims have none. */
export function displayName(claim: string | null, claims: Readonly<Record<string, unknown>>): string | null {
  const value = claim !== null && Object.hasOwn(claims, claim) ? claims[claim] : undefined
  if (typeof value !== 'string') return null
  const text = value.slice(0, 2 * SHOWN.name + 1).trim()
  return text === '' ? null : foreignText(text, SHOWN.name)
}

/** Some letters and the empty braille pattern are invisible, too. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu
