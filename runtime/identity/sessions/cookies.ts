import type { CanonicalRequest } from '../../../request/index.ts'

/**
 * Names and attributes of the proxy's cookies. Names with the prefix `__Host-` need TLS and bind the cookie to this host (RFC
 * 6265bis, section 4.1.3). Names without it serve development on one machine only.
 */
export interface CookieNames {
  readonly session: string
  /** Prefix of the names of cookies that hold pending logins. The rest of the name identifies the login. */
  readonly login: string
  readonly attributes: string
}

const SECURE: CookieNames = {
  session: '__Host-iap-session',
  login: '__Host-iap-login-',
  attributes: 'Path=/; HttpOnly; SameSite=Lax; Secure',
}
const INSECURE: CookieNames = { session: 'iap-session', login: 'iap-login-', attributes: 'Path=/; HttpOnly; SameSite=Lax' }

/** Returns the cookie names for a host, or `null` if sign-in is impossible there because the network could read the cookies. */
export function cookieNames(scheme: 'http' | 'https', host: string): CookieNames | null {
  if (scheme === 'https') return SECURE
  return isLoopbackName(host) ? INSECURE : null
}

/** Returns whether browsers resolve a name to this machine (RFC 6761, section 6.3). */
function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** Returns all values of a cookie. More than one value suggests an attack. */
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

/** Returns the cookies whose names begin with `prefix`. `name` of the result is the name without the prefix. */
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

/**
 * Returns the value of a `Set-Cookie` header. `age` is the lifetime of the cookie in seconds; without it, the cookie lasts until
 * the browser closes.
 */
export function setCookie(name: string, value: string, { attributes }: CookieNames, age?: number): string {
  return `${name}=${value}; ${attributes}${age === undefined ? '' : `; Max-Age=${age}`}`
}

export function clearCookie(name: string, names: CookieNames): string {
  return setCookie(name, '', names, 0)
}

/**
 * Removes the proxy's cookies from a `Cookie` line. Names are compared as the most lenient service reads them. The rest of the
 * line stays byte for byte. Returns `null` if no cookie is left.
 */
export function withoutOwnCookies(line: string): string | null {
  // Fast path: most lines have none.
  if (!mayBeOwn.test(line)) return line
  const pairs = line.split(';')
  const others = pairs.filter((pair) => !isOwn(pair))
  if (others.length === pairs.length) return line
  const left = others.join(';')
  // The white space before it belonged to a removed cookie.
  const text = others[0] === pairs[0] ? left : left.trimStart()
  return text.trim() === '' ? null : text
}

/** Returns whether a service's `Set-Cookie` line concerns one of the proxy's cookies, which services must not set. */
export function setsOwnCookie(line: string): boolean {
  return mayBeOwn.test(line) && isOwn(line)
}

const mayBeOwn = /iap|%/i
/** Pattern of the proxy's cookies. A cookie without a name is sent as its value, which may look like a name and value. */
const own = /^[\s="]*(?:__host-|__secure-)?iap[-_.](?:session|login[-_.][\w-]*)[\s"]*(?:=|;|$)/i

function isOwn(pair: string): boolean {
  return own.test(pair) || (pair.includes('%') && own.test(decoded(pair)))
}

function decoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
