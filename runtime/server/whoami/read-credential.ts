import { type CanonicalRequest, canonicalHost, canonicalize } from '../../../request/index.ts'
import type { MethodName } from '../../identity/identity-config.ts'
import { payloadIn } from '../../identity/jose/index.ts'
import { KEY_PREFIX } from '../../identity/methods/api-key/key-text.ts'

export type CredentialKind = 'JWT' | 'opaque token' | 'API key' | 'session' | 'other'

/** A credential as a request would have it. */
export interface ReadCredential {
  readonly kind: CredentialKind
  /** Methods whose identities can have such a credential. */
  readonly methods: readonly MethodName[]
  readonly request: CanonicalRequest
  /** Unverified claims of a JWT; `null` for other credentials. */
  readonly claims: Readonly<Record<string, unknown>> | null
}

export type CredentialResult =
  | { readonly ok: true; readonly credential: ReadCredential }
  | { readonly ok: false; readonly message: string; readonly help: string }

/** Maximum characters of the input, which is more than a request may have. */
const MOST = 65_536

const HEADER = /^([!#$%&'*+.^_`|~A-Za-z0-9-]+):[ \t]*(.*)$/
const SESSION = /^(?:__Host-)?iap-session=/
const FORMS = 'expected a token, `Bearer TOKEN`, or header lines such as `Authorization: Bearer TOKEN` and `Cookie: …`'

/**
 * Reads a credential: a token or API key by itself, with its scheme before it, a session cookie, or header lines. Quotes around
 * it are ignored. Messages quote nothing of the input.
 *
 * @param host host of the request, to which sessions are bound; a line `Host:` replaces it
 */
export function readCredential(input: string, host: string): CredentialResult {
  if (input.length > MOST) return no(`standard input has more than ${MOST} characters`)
  const lines = input
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const [first] = lines
  if (first === undefined) return no('standard input is empty')
  if (HEADER.test(first)) return ofHeaders(lines, host)
  if (lines.length > 1) return no(`standard input has ${lines.length} lines that are no headers`)
  const text = first.replace(/^(["'])(.*)\1$/, '$2').trim()
  if (SESSION.test(text)) return made([['cookie', text]], host)
  return made([['authorization', /^[A-Za-z][A-Za-z0-9-]* +\S/.test(text) ? text.replace(/ +/, ' ') : `Bearer ${text}`]], host)
}

function ofHeaders(lines: readonly string[], host: string): CredentialResult {
  const headers: [string, string][] = []
  for (const [index, line] of lines.entries()) {
    const [, name, value] = HEADER.exec(line) ?? []
    if (name === undefined || value === undefined) return no(`line ${index + 1} of standard input is not a header`)
    headers.push([name.toLowerCase(), value])
  }
  const named = headers.find(([name]) => name === 'host')?.[1]
  if (named !== undefined && canonicalHost(named) === null) return no('the line `Host:` of standard input is not a host')
  return made(
    headers.filter(([name]) => name !== 'host'),
    named ?? host,
  )
}

function made(headers: readonly (readonly [name: string, value: string])[], host: string): CredentialResult {
  const canonical = canonicalize({
    method: 'GET',
    target: '/',
    httpVersion: '1.1',
    rawHeaders: ['host', host, ...headers.flat()],
    peer: '127.0.0.1',
  })
  if (!canonical.ok) return no(`a request with this credential would be refused (${canonical.refusal.code})`)
  const value = (name: string) => headers.find(([each]) => each === name)?.[1]
  const cookie = value('cookie')
  // Cookies with the prefix `__Host-` exist over TLS only.
  const scheme = cookie !== undefined && !/(?:^|; *)iap-session=/.test(cookie) ? 'https' : canonical.request.scheme
  return { ok: true, credential: { ...kindOf(value), request: { ...canonical.request, scheme } } }
}

function kindOf(value: (name: string) => string | undefined): Omit<ReadCredential, 'request'> {
  const authorization = value('authorization')
  const token = authorization?.split(' ', 2)[1] ?? ''
  if (value('x-api-key') !== undefined || token.startsWith(KEY_PREFIX))
    return { kind: 'API key', methods: ['api_key', 'custom'], claims: null }
  if (authorization !== undefined) {
    const payload = payloadIn(token)
    const claims = Array.isArray(payload) ? null : payload
    return { kind: claims === null ? 'opaque token' : 'JWT', methods: ['custom', 'jwt', 'oauth2'], claims }
  }
  if (value('cookie') !== undefined) return { kind: 'session', methods: ['custom', 'oidc', 'saml'], claims: null }
  return { kind: 'other', methods: ['custom'], claims: null }
}

function no(message: string): CredentialResult {
  return { ok: false, message, help: FORMS }
}
