import type { CanonicalRequest } from '../../../request/index.ts'
import type { Refused } from '../authentication.ts'
import type { Credential } from '../credential.ts'
import { mismatch } from '../mismatch.ts'
import { refuseCredential } from '../refusals.ts'

/** Prefix of a bearer token with exactly one space (RFC 9110, section 11.4; RFC 6750, section 2.1; RFC 9449, section 7.1). */
const BEARER = 'bearer '
const DPOP = 'dpop '
const OTHER_SCHEME = /^(?!(?:bearer|dpop)(?: |$))[!#$%&'*+.^_`|~A-Za-z0-9-]+(?: |$)/i

/**
 * Reads the token from `Authorization: Bearer` or `Authorization: DPoP`. Any other value of the header is refused, because it
 * is a credential that the proxy cannot check. Tokens in queries and forms (RFC 6750, sections 2.2 and 2.3) are ignored.
 * Verification checks the form of the token later: a token with a known digest is valid, and a check here would cost as much as
 * the digest.
 */
export function readToken({ headers }: CanonicalRequest): Credential | Refused | null {
  const lines = headers.count('authorization')
  if (lines === 0) return null
  const value = headers.get('authorization')
  if (lines > 1 || value === undefined) return refuseCredential('credential-repeated')
  if (value.length > BEARER.length && isBearer(value.slice(0, BEARER.length)))
    return { text: value.slice(BEARER.length), dpop: false }
  if (value.length > DPOP.length && value.slice(0, DPOP.length).toLowerCase() === DPOP)
    return { text: value.slice(DPOP.length), dpop: true }
  if (!OTHER_SCHEME.test(value)) return refuseCredential('credential-malformed')
  return refuseCredential('unsupported-scheme', mismatch('scheme', schemeIn(value), 'Bearer or DPoP'))
}

/** Returns the name of a known scheme. Any other word may be a secret. */
function schemeIn(value: string): string {
  const [word = ''] = value.split(' ', 1)
  return SCHEMES.find((scheme) => scheme.toLowerCase() === word.toLowerCase()) ?? 'another'
}

const SCHEMES = ['Basic', 'Digest', 'Negotiate', 'NTLM', 'Mutual', 'HOBA', 'PrivateToken', 'AWS4-HMAC-SHA256', 'Token', 'ApiKey']

/** Returns whether a scheme is Bearer. The usual spelling is compared first. */
function isBearer(scheme: string): boolean {
  return scheme === 'Bearer ' || scheme.toLowerCase() === BEARER
}
