/** Headers that a hint may have: those that browsers act on early. None of the connection, of the proxy or of a session. */
const SAFE: ReadonlySet<string> = new Set(['link', 'content-security-policy', 'cross-origin-embedder-policy', 'referrer-policy'])

/** Bytes of one hint. */
const MAX_BYTES = 8192

/**
 * What of an informational answer 103 (its headers as undici gives them: name, value, name, value …) is passed on: name, value,
 * name, value …, in lower case. Null: nothing. A hint that has no link tells nothing that could be fetched (RFC 8297 §2), and one
 * that is very long helps nobody.
 */
export function earlyHints(raw: readonly Buffer[]): string[] | null {
  const headers: string[] = []
  let bytes = 0
  let hasLink = false
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as Buffer).toString('latin1').toLowerCase()
    if (!SAFE.has(name)) continue
    const value = (raw[i + 1] as Buffer).toString('latin1')
    bytes += name.length + value.length + 4
    // What is more than that some client reads otherwise than the next one.
    if (bytes > MAX_BYTES || !/^[\x20-\x7e]+$/.test(value)) return null
    hasLink ||= name === 'link'
    headers.push(name, value)
  }
  return hasLink ? headers : null
}
