import { parseStrictJson } from '../../../request/index.ts'

/**
 * A JSON object (RFC 8259) in which no object has a name twice: parsers differ in which one they take, so such a text has two
 * meanings (RFC 7515, section 4; RFC 7519, section 4). Null where the text is anything else.
 */
export function parseJsonObject(text: string): Record<string, unknown> | null {
  const parsed = parseStrictJson(text)
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) return null
  return parsed.value as Record<string, unknown>
}
