import { scanJson } from './scan-json.ts'

export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  /** `message` contains nothing of the text; `offset` counts UTF-16 units. */
  | { readonly ok: false; readonly message: string; readonly offset: number }

/**
 * Parses JSON that has one reading: valid for `JSON.parse`, without duplicate names in an object (after unescaping: parsers
 * differ in which they keep; RFC 8259, section 4), more than 64 levels, or lone surrogates, which have no UTF-8. `__proto__`
 * becomes an own property.
 */
export function parseStrictJson(text: string): StrictJson {
  const fault = scanJson(text)
  if (fault !== null) return { ok: false, ...fault }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    // `JSON.parse` defines JSON. The scan found nothing, so there is no better offset.
    return { ok: false, message: 'it is not JSON', offset: 0 }
  }
}
