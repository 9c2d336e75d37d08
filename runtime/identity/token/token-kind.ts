import type { Claims } from './claim-types.ts'

/** Does something speak against an access token? */
export function isOfAnotherKind(claims: Claims): boolean {
  return FOREIGN.some((name) => Object.hasOwn(claims, name)) || !kindFits(claims)
}

/** Of ID tokens (OpenID Connect Core 1.0, sections 3.1.3.6, 3.3.2.11), of FAPI's signed responses, of logout and other security event tokens (RFC 8417). */
const FOREIGN = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events', 'toe']

/** Where a provider names the kind (Keycloak, Cognito, Hydra), it must be this one. */
function kindFits({ typ, token_use }: Claims): boolean {
  if (typ !== undefined && !isText(typ, ['bearer', 'dpop'])) return false
  return token_use === undefined || isText(token_use, ['access', 'access_token'])
}

function isText(value: unknown, texts: readonly string[]): boolean {
  return typeof value === 'string' && texts.includes(value.toLowerCase())
}
