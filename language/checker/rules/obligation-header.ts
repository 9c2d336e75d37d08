const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** What frames a message or concerns one hop (RFC 9110, 7.6.1; RFC 9112, 6), and who calls. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['host', 'the proxy writes it'],
  ['content-length', 'it frames the body'],
  ['transfer-encoding', 'it frames the body'],
  ...['connection', 'keep-alive', 'te', 'trailer', 'upgrade'].map((name) => [name, 'it concerns one hop alone'] as const),
  ['authorization', 'it is a credential'],
  ['cookie', 'it is a credential'],
  ['forwarded', 'the proxy writes it'],
])

/**
 * Returns a key that is equal for header names that some upstreams confuse: CGI and its successors make one variable of `x-a`,
 * `x_a` and `x.a`.
 */
export function spellingOf(name: string): string {
  return name.toLowerCase().replace(/[_.]/g, '-')
}

/** Returns the reason for which a permit may not set a header of this name; null if it may. */
export function headerProblem(name: string): string | null {
  if (name !== name.toLowerCase()) return 'header names are written in lower case'
  if (!TOKEN.test(name)) return 'it is not a header name'
  const spelled = spellingOf(name)
  const refused = REFUSED.get(spelled)
  if (refused !== undefined) return refused
  if (/^x-forwarded(-|$)/.test(spelled) || /^x-iap(-|$)/.test(spelled)) return 'the proxy writes it'
  return spelled.startsWith('proxy-') ? 'it concerns one hop alone' : null
}

/**
 * Returns whether a header value arrives unchanged: characters 0x20 to 0x7e, without a space at either end, which HTTP strips
 * (RFC 9110, section 5.5).
 */
export function isHeaderValue(text: string): boolean {
  return /^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(text)
}
