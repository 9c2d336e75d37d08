import type { CanonicalRequest } from '../../../request/index.ts'

/**
 * The proxy's cookies. With the prefix a browser takes them over TLS alone, for this host alone and from this host alone (RFC
 * 6265bis, section 4.1.3); without TLS there is only development on one machine.
 */
export interface CookieNames {
  readonly session: string
  /** Behind it, which login. */
  readonly login: string
  readonly attributes: string
}

const SECURE: CookieNames = {
  session: '__Host-iap-session',
  login: '__Host-iap-login-',
  attributes: 'Path=/; HttpOnly; SameSite=Lax; Secure',
}
const INSECURE: CookieNames = { session: 'iap-session', login: 'iap-login-', attributes: 'Path=/; HttpOnly; SameSite=Lax' }

/** Null: nobody can sign in there, as what it is sent could be read on the way. */
export function cookieNames(scheme: 'http' | 'https', host: string): CookieNames | null {
  if (scheme === 'https') return SECURE
  return isLoopbackName(host) ? INSECURE : null
}

/** What browsers look for on this machine and nowhere else (RFC 6761, section 6.3). */
function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** The cookies of that name. More than one is somebody's attempt to be taken for another. */
export function readCookies({ headers }: CanonicalRequest, name: string): readonly string[] {
  if (headers.count('cookie') === 0) return NONE
  const found: string[] = []
  for (const [key, line] of headers.entries()) {
    if (key !== 'cookie' || !line.includes(name)) continue
    for (const pair of line.split(';')) {
      const text = pair.trim()
      if (text.startsWith(`${name}=`)) found.push(text.slice(name.length + 1))
    }
  }
  return found
}

const NONE: readonly string[] = []

/** All cookies whose names begin so: what is behind the prefix, and the values. */
export function cookiesWith(
  { headers }: CanonicalRequest,
  prefix: string,
): readonly { readonly name: string; readonly value: string }[] {
  const found: { readonly name: string; readonly value: string }[] = []
  for (const [key, line] of headers.entries()) {
    if (key !== 'cookie') continue
    for (const pair of line.split(';')) {
      const text = pair.trim()
      const at = text.indexOf('=')
      if (text.startsWith(prefix) && at >= prefix.length)
        found.push({ name: text.slice(prefix.length, at), value: text.slice(at + 1) })
    }
  }
  return found
}

/** `Set-Cookie`. It goes with the browser's window where no age (seconds) is given. */
export function setCookie(name: string, value: string, { attributes }: CookieNames, age?: number): string {
  return `${name}=${value}; ${attributes}${age === undefined ? '' : `; Max-Age=${age}`}`
}

export function clearCookie(name: string, names: CookieNames): string {
  return setCookie(name, '', names, 0)
}

/**
 * A `Cookie` line for a service: what is left of it without the proxy's own, byte for byte. Null: nothing is. Names are compared
 * as the loosest service reads them, which decodes them and minds no case.
 */
export function withoutOwnCookies(line: string): string | null {
  // Most lines have none, and cost this.
  if (!mayBeOwn.test(line)) return line
  const pairs = line.split(';')
  const others = pairs.filter((pair) => !isOwn(pair))
  if (others.length === pairs.length) return line
  const left = others.join(';')
  // The white space before it belonged to what stood between.
  const text = others[0] === pairs[0] ? left : left.trimStart()
  return text.trim() === '' ? null : text
}

/** Whether a `Set-Cookie` line of a service is about one of the proxy's own: it is not the service's to set. */
export function setsOwnCookie(line: string): boolean {
  return mayBeOwn.test(line) && isOwn(line)
}

const mayBeOwn = /iap|%/i
/** A cookie without a name is sent as its value, which may look like one with a name. */
const own = /^[\s="]*(?:__host-|__secure-)?iap[-_.](?:session|login[-_.][\w-]*)[\s"]*(?:=|;|$)/i

function isOwn(pair: string): boolean {
  return own.test(pair) || (pair.includes('%') && own.test(decoded(pair)))
}

function decoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
