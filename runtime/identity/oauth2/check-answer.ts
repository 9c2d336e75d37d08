import type { RefusalCode } from '../refusals.ts'
import { audiencesOf, type Claims, isDate, isText } from '../token/claim-types.ts'
import { isOfAnotherKind } from '../token/token-kind.ts'
import type { OAuth2Config } from './oauth2-config.ts'

/** Seconds since 1970 between which the token counts. */
export interface Validity {
  readonly subject: string | null
  /** −∞: the issuer does not say. */
  readonly issued: number
  readonly from: number
  /** Of the token itself; null: the issuer does not say. No skew: it is by the issuer's word that it is active, and not for longer than that. */
  readonly exp: number | null
}

/**
 * An answer of the issuer (RFC 7662, section 2.2), read to the letter. Most members may be missing; one that is there must be what it should be. `now` in
 * seconds.
 */
export function checkAnswer(answer: Claims, config: OAuth2Config, now: number): Validity | RefusalCode {
  // A text is not a boolean, whatever some languages take for true.
  if (answer.active !== true) return 'inactive'
  const { iss, sub, exp, nbf, iat, client_id, scope } = answer
  if (![exp, nbf, iat].every((date) => date === undefined || isDate(date))) return 'claim-missing'
  if (![iss, sub, client_id].every((text) => text === undefined || isText(text))) return 'claim-missing'
  if (scope !== undefined && typeof scope !== 'string') return 'claim-missing'
  if (iss !== undefined && iss !== config.issuer) return 'issuer'
  if (!isForUs(answer, config.audience)) return 'audience'
  if (!isAccessToken(answer, config.audience)) return 'not-an-access-token'
  const skew = config.clockSkew / 1000
  const [ends, from, issued] = [exp, nbf, iat] as (number | undefined)[]
  if (ends !== undefined && now - skew >= ends) return 'expired'
  if (from !== undefined && now + skew < from) return 'not-yet-valid'
  if (issued !== undefined && now + skew < issued) return 'issued-in-future'
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
 * Refresh tokens are introspected, too, and may be as active (section 2.1), and not every issuer says of what kind a token is. What is for our audience is an access
 * token; where none is configured, the issuer must say so.
 */
function isAccessToken(answer: Claims, audience: readonly string[]): boolean {
  const { token_type: type, token_use, typ } = answer
  if (type !== undefined && !(typeof type === 'string' && /^(?:bearer|dpop)$/i.test(type))) return false
  // Bound to a key that it does not tell.
  if (typeof type === 'string' && /^dpop$/i.test(type) && !Object.hasOwn(answer, 'cnf')) return false
  if (isOfAnotherKind(answer)) return false
  return audience.length > 0 || type !== undefined || token_use !== undefined || typ !== undefined
}
