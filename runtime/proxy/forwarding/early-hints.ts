/** Headers allowed in an early hint: those that browsers act on. None of the connection, the proxy or the session. */
const SAFE: ReadonlySet<string> = new Set(['link', 'content-security-policy', 'cross-origin-embedder-policy', 'referrer-policy'])

const MAX_BYTES = 8192

/**
 * Returns the headers of a service's `103 Early Hints` response that the proxy forwards, as a flat list of lower-case names and
 * values. Returns `null` if the response has no `Link` header (RFC 8297 §2) or is very long.
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
    // Clients differ in how they read other characters.
    if (bytes > MAX_BYTES || !/^[\x20-\x7e]+$/.test(value)) return null
    hasLink ||= name === 'link'
    headers.push(name, value)
  }
  return hasLink ? headers : null
}
