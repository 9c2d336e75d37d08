import type { RefusalCode } from '../refusals.ts'
import { type Claims, isDate, isText } from '../token/claim-types.ts'
import type { JwtConfig, JwtProfile } from './jwt-config.ts'
import { looksLikeAccessToken } from './looks-like-access-token.ts'

/** Seconds since 1970 between which the token counts, the skew of clocks included. */
export interface Validity {
  readonly subject: string
  readonly issued: number
  readonly from: number
  readonly until: number
}

/** All but issuer and audience, which said whose token it is. `now` in seconds. */
export function checkTokenClaims(header: Claims, claims: Claims, config: JwtConfig, now: number): Validity | RefusalCode {
  const { sub, exp, iat, nbf } = claims
  const skew = config.clockSkew / 1000
  if (!isText(sub) || !isDate(exp) || !isDate(iat) || !(nbf === undefined || isDate(nbf))) return 'claim-missing'
  if (REQUIRED[config.profile].some((name) => !isText(claims[name]))) return 'claim-missing'
  if (now - skew >= exp) return 'expired'
  if (nbf !== undefined && now + skew < nbf) return 'not-yet-valid'
  if (now + skew < iat) return 'issued-in-future'
  if (config.profile === 'jwt' && !saysSo(header) && !looksLikeAccessToken(claims)) return 'not-an-access-token'
  return { subject: sub, issued: iat, from: Math.max(iat, nbf ?? iat) - skew, until: exp + skew }
}

/** RFC 9068, section 2.2, requires these beside `iss aud exp iat sub`. */
const REQUIRED: Readonly<Record<JwtProfile, readonly string[]>> = { rfc9068: ['client_id', 'jti'], jwt: [] }

/** `typ` was checked before: what is left of it besides this are `JWT` and nothing. */
function saysSo({ typ }: Claims): boolean {
  return typeof typ === 'string' && /at\+jwt$/i.test(typ)
}
