const MAX_DEPTH = 32

/**
 * A JSON object (RFC 8259) in which no object has a name twice: parsers differ in which one they take, so such a text has two
 * meanings (RFC 7515, section 4; RFC 7519, section 4). Null where the text is anything else, or nests deeper than 32.
 */
export function parseJsonObject(text: string): Record<string, unknown> | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return isPlain(text) ? (value as Record<string, unknown>) : null
}

/** Of a text that is JSON: structure and strings, one after the other. */
const TOKEN = /[{}[\],]|"(?:[^"\\]|\\.)*"(\s*:)?/g

function isPlain(text: string): boolean {
  // For each open object the names seen in it, for each open array null.
  const open: (Set<string> | null)[] = []
  for (const [token, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (open.length === MAX_DEPTH) return false
      open.push(token === '{' ? new Set() : null)
    } else if (token === '}' || token === ']') {
      open.pop()
    } else if (colon !== undefined) {
      const name = JSON.parse(token.slice(0, -colon.length)) as string
      const names = open.at(-1)
      if (names?.has(name)) return false
      names?.add(name)
    }
  }
  return true
}
