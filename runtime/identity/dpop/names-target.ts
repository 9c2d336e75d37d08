import { type CanonicalRequest, canonicalHost } from '../../../request/index.ts'

/**
 * Returns whether the `htu` claim of a DPoP proof is the request's URI without query and fragment (RFC 9449, section 4.3, point
 * 9). Both are compared in the normal form of RFC 3986, sections 6.2.2 and 6.2.3; dot segments cannot occur. `URL` is not used
 * because it equates URIs that differ.
 */
export function namesTarget(htu: string, scheme: 'http' | 'https', request: CanonicalRequest): boolean {
  const parts = VISIBLE.test(htu) ? URI.exec(htu) : null
  if (parts === null) return false
  const [, named = '', written = '', path = ''] = parts
  if (named.toLowerCase() !== scheme) return false
  const authority = canonicalHost(written)
  if (authority === null || authority.host !== request.host) return false
  if (portOf(authority.port, scheme) !== portOf(request.port, scheme)) return false
  return normal(path === '' ? '/' : path) === normal(request.rawPath)
}

const VISIBLE = /^[!-~]+$/
const URI = /^(https?):\/\/([^/?#\\]+)((?:\/[^?#\\]*)?)(?:[?#].*)?$/i

function portOf(port: number | null, scheme: 'http' | 'https'): number {
  return port ?? (scheme === 'https' ? 443 : 80)
}

/** Decodes unreserved characters and turns other escapes to upper case. */
function normal(path: string): string {
  if (!path.includes('%')) return path
  return path.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return UNRESERVED.test(character) ? character : escaped.toUpperCase()
  })
}

const UNRESERVED = /^[A-Za-z0-9._~-]$/
