/**
 * Returns the lines of a merged value, as a flat list of names and values. Merged values hide how many lines there were, and
 * services may read the first, the last or all. So a value with a comma counts as two lines: a stage that needs the only line of
 * a name refuses. Lists are left as they are, because their lines mean the same joined (RFC 9110 §5.3).
 */
export function mergedLines(name: string, value: string): readonly string[] {
  const lower = name.toLowerCase()
  const comma = value.indexOf(',')
  if (comma === -1 || isList(lower) || CERTIFICATES.has(lower)) return [name, value]
  return [name, value.slice(0, comma), name, value.slice(comma + 1)]
}

/** Lists of certificates, with commas in names, which the asking proxy or one before it writes. */
const CERTIFICATES: ReadonlySet<string> = new Set(['x-forwarded-client-cert', 'client-cert-chain'])

/**
 * Returns whether a request header is a list by its definition. None of these holds a credential.
 *
 * @param name in lower case
 */
export function isList(name: string): boolean {
  return LISTS.has(name)
}

const LISTS: ReadonlySet<string> = new Set([
  ...['accept', 'accept-charset', 'accept-datetime', 'accept-encoding', 'accept-language', 'access-control-request-headers'],
  ...['baggage', 'cache-control', 'connection', 'content-digest', 'content-encoding', 'content-language', 'expect', 'forwarded'],
  ...['if-match', 'if-none-match', 'keep-alive', 'link', 'pragma', 'prefer', 'priority', 'repr-digest', 'sec-ch-ua'],
  ...['sec-ch-ua-full-version-list', 'sec-websocket-extensions', 'sec-websocket-protocol', 'signature', 'signature-input', 'te'],
  ...['trailer', 'tracestate', 'transfer-encoding', 'upgrade', 'via', 'want-content-digest', 'want-repr-digest', 'warning'],
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'],
])
