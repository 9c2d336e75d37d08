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

/** Null where a permit may set the header of that name, else why not. Spellings that some upstreams take for one are one. */
export function headerProblem(name: string): string | null {
  if (name !== name.toLowerCase()) return 'header names are written in lower case'
  if (!TOKEN.test(name)) return 'it is not a header name'
  const spelled = name.replace(/[_.]/g, '-')
  const refused = REFUSED.get(spelled)
  if (refused !== undefined) return refused
  if (/^x-forwarded(-|$)/.test(spelled) || /^x-iap(-|$)/.test(spelled)) return 'the proxy writes it'
  return spelled.startsWith('proxy-') ? 'it concerns one hop alone' : null
}
