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

/** Equal for names that some upstreams take for one: CGI and its heirs make one variable of `x-a`, `x_a` and `x.a`. */
export function spellingOf(name: string): string {
  return name.toLowerCase().replace(/[_.]/g, '-')
}

/** Null where a permit may set the header of that name, else why not. */
export function headerProblem(name: string): string | null {
  if (name !== name.toLowerCase()) return 'header names are written in lower case'
  if (!TOKEN.test(name)) return 'it is not a header name'
  const spelled = spellingOf(name)
  const refused = REFUSED.get(spelled)
  if (refused !== undefined) return refused
  if (/^x-forwarded(-|$)/.test(spelled) || /^x-iap(-|$)/.test(spelled)) return 'the proxy writes it'
  return spelled.startsWith('proxy-') ? 'it concerns one hop alone' : null
}

/** What arrives as it was sent: 0x20 to 0x7e, without a space at either end, which HTTP takes away (RFC 9110, 5.5). */
export function isHeaderValue(text: string): boolean {
  return /^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(text)
}
