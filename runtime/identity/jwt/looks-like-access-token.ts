import type { Claims } from '../token/claim-types.ts'
import { isOfAnotherKind } from '../token/token-kind.ts'

/**
 * Of a token whose `typ` does not say it (profile `jwt`): is it an access token? An ID token (OpenID Connect Core 1.0, section 2)
 * has the same issuer, key and form, and where client and service share one registration the same audience. So it is not enough
 * that nothing speaks against it: something must speak for it that ID tokens do not have. `azp` is no such thing either way,
 * since providers put it in both.
 */
export function looksLikeAccessToken(claims: Claims): boolean {
  return !isOfAnotherKind(claims) && saysAccess(claims)
}

/** RFC 8693, sections 4.2 and 4.3 (and RFC 9068, section 2.2); `scp` Entra and Okta, `cid` Okta, `appid` Entra. */
function saysAccess(claims: Claims): boolean {
  const { scope, scp, client_id, cid, appid, typ, token_use } = claims
  if (typ !== undefined || token_use !== undefined) return true
  return [scope, scp].some(isScope) || [client_id, cid, appid].some((value) => typeof value === 'string' && value !== '')
}

function isScope(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'))
}
