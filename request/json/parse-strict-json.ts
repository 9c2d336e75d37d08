import { scanJson } from './scan-json.ts'

export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  /** `message` holds nothing of the text; `offset` counts UTF-16 units. */
  | { readonly ok: false; readonly message: string; readonly offset: number }

/**
 * The value of a JSON text that has one reading. It is what `JSON.parse` takes for JSON, without a name twice in an object (after
 * unescaping: parsers differ in which one they keep; RFC 8259, section 4), without more than 64 levels, and without half a
 * surrogate pair in a text, which has no UTF-8. A member `__proto__` is a member like any other: an own property.
 */
export function parseStrictJson(text: string): StrictJson {
  const fault = scanJson(text)
  if (fault !== null) return { ok: false, ...fault }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    // It decides what JSON is. The scan has found nothing, so there is no better place to name.
    return { ok: false, message: 'it is not JSON', offset: 0 }
  }
}
