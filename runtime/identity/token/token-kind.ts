import { type Mismatch, mismatch, oneOf } from '../mismatch.ts'
import type { Claims } from './claim-types.ts'

/**
 * Returns the claim by which a token is an ID token, a logout token or a security event rather than an access token. Returns
 * `null` if there is no such claim.
 */
export function foreignKind(claims: Claims, verified: boolean): Mismatch | null {
  const foreign = FOREIGN.find((name) => Object.hasOwn(claims, name))
  // The presence of a nonce and the like is all that matters.
  if (foreign !== undefined) return mismatch(foreign, 'present', 'absent', verified)
  const { typ, token_use } = claims
  if (typ !== undefined && !isOneOf(typ, TYPES)) return mismatch('claims.typ', typ, `absent, or ${oneOf(TYPES)}`, verified)
  if (token_use !== undefined && !isOneOf(token_use, USES))
    return mismatch('token_use', token_use, `absent, or ${oneOf(USES)}`, verified)
  return null
}

/**
 * Claims that only other tokens have: ID tokens (OpenID Connect Core 1.0, sections 3.1.3.6 and 3.3.2.11), signed responses of
 * FAPI, and security events (RFC 8417).
 */
const FOREIGN = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events', 'toe']

/** Values of `typ` in the claims that mark access tokens, if a provider names the kind (Keycloak, Cognito, Hydra). */
const TYPES = ['Bearer', 'DPoP']
const USES = ['access', 'access_token']

function isOneOf(value: unknown, texts: readonly string[]): boolean {
  return typeof value === 'string' && texts.some((text) => text.toLowerCase() === value.toLowerCase())
}
