import type { Refused } from '../../authentication.ts'
import { type Mismatch, mismatch, oneOf, typeOf } from '../../mismatch.ts'
import { refuseCredential } from '../../refusals.ts'
import { checkDates } from '../../token/check-dates.ts'
import { audiencesOf, type Claims, isText } from '../../token/claim-types.ts'
import { foreignKind } from '../../token/token-kind.ts'
import type { OAuth2Config } from './oauth2-config.ts'

/** Subject of a token, its time of issue, and the period in which it is valid. Times are in seconds since 1970. */
export interface Validity {
  readonly subject: string | null
  /** Time of issue in seconds since 1970, or −∞ if the issuer does not specify one. */
  readonly issued: number
  readonly from: number
  /**
   * Expiry of the token in seconds since 1970, or `null` if the issuer does not specify one. No clock skew is added because the
   * issuer itself reports the token as active.
   */
  readonly exp: number | null
}

/**
 * Checks the introspection response for a token (RFC 7662, section 2.2). Returns the token's subject and validity, or the
 * refusal. Optional members must be valid if present. `now` is in seconds since 1970.
 */
export function checkAnswer(answer: Claims, config: OAuth2Config, now: number): Validity | Refused {
  const { active, iss, sub, exp, nbf, iat, scope } = answer
  // The string `"true"` is not a boolean, whatever some languages accept.
  if (active !== true) return refuseCredential('inactive', mismatch('active', typeOf(active), 'true', true))
  const wrong = ['iss', 'sub', 'client_id'].find((name) => answer[name] !== undefined && !isText(answer[name]))
  if (wrong !== undefined)
    return refuseCredential('claim-missing', mismatch(wrong, typeOf(answer[wrong]), 'absent, or a non-empty string', true))
  if (scope !== undefined && typeof scope !== 'string')
    return refuseCredential('claim-missing', mismatch('scope', typeOf(scope), 'absent, or a string', true))
  if (iss !== undefined && iss !== config.issuer) return refuseCredential('issuer', mismatch('iss', iss, config.issuer, true))
  if (!isForUs(answer, config.audience))
    return refuseCredential('audience', mismatch('aud', answer.aud, audienceOf(config), true))
  const kind = notAccessToken(answer, config.audience)
  if (kind !== null) return refuseCredential('not-an-access-token', kind)
  const skew = config.clockSkew / 1000
  const dates = checkDates(answer, [], now, skew, true)
  if (dates !== null) return dates
  const [ends, from, issued] = [exp, nbf, iat] as (number | undefined)[]
  return {
    subject: isText(sub) ? sub : null,
    issued: issued ?? Number.NEGATIVE_INFINITY,
    from: Math.max(from ?? 0, issued ?? 0) - skew,
    exp: ends ?? null,
  }
}

function isForUs(answer: Claims, wanted: readonly string[]): boolean {
  if (answer.aud !== undefined && audiencesOf(answer) === null) return false
  return wanted.length === 0 || (audiencesOf(answer) ?? []).some((audience) => wanted.includes(audience))
}

/**
 * Returns why a response does not describe an access token, or `null`. Refresh tokens may be active, too (RFC 7662, section
 * 2.1). A configured audience marks an access token; without one, the issuer must say so.
 */
function notAccessToken(answer: Claims, audience: readonly string[]): Mismatch | null {
  const { token_type: type, token_use, typ } = answer
  if (type !== undefined && !(typeof type === 'string' && /^(?:bearer|dpop)$/i.test(type)))
    return mismatch('token_type', type, 'absent, Bearer or DPoP', true)
  // Bound to a key that the response does not name.
  if (typeof type === 'string' && /^dpop$/i.test(type) && !Object.hasOwn(answer, 'cnf'))
    return mismatch('cnf', undefined, 'a key, as `token_type` is DPoP', true)
  const foreign = foreignKind(answer, true)
  if (foreign !== null) return foreign
  if (audience.length > 0 || type !== undefined || token_use !== undefined || typ !== undefined) return null
  return mismatch('token_type', undefined, 'Bearer or DPoP, as no `audience` is configured', true)
}

function audienceOf({ audience }: OAuth2Config): string {
  return audience.length === 0 ? 'absent, or strings' : oneOf(audience)
}
