import type { RefusalCode } from '../refusals.ts'
import type { JwtConfig, JwtProfile } from './jwt-config.ts'
import { looksLikeAccessToken } from './looks-like-access-token.ts'

type Claims = Readonly<Record<string, unknown>>

/** Seconds since 1970 between which the token counts, the skew of clocks included. */
export interface Validity {
  readonly subject: string
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
  // A bearer of it need not be whom it was given to (RFC 7800; RFC 8705, section 3; RFC 9449, section 7.2).
  if (Object.hasOwn(claims, 'cnf')) return 'sender-constrained'
  if (config.profile === 'jwt' && !saysSo(header) && !looksLikeAccessToken(claims)) return 'not-an-access-token'
  return { subject: sub, from: Math.max(iat, nbf ?? iat) - skew, until: exp + skew }
}

/** RFC 9068, section 2.2, requires these beside `iss aud exp iat sub`. */
const REQUIRED: Readonly<Record<JwtProfile, readonly string[]>> = { rfc9068: ['client_id', 'jti'], jwt: [] }

/** `typ` was checked before: what is left of it besides this are `JWT` and nothing. */
function saysSo({ typ }: Claims): boolean {
  return typeof typ === 'string' && /at\+jwt$/i.test(typ)
}

/** `aud`: one, or a list (RFC 7519, section 4.1.3). Null where it is neither. */
export function audiencesOf({ aud }: Claims): readonly string[] | null {
  if (typeof aud === 'string') return [aud]
  return Array.isArray(aud) && aud.every((item) => typeof item === 'string') ? aud : null
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** NumericDate (RFC 7519, section 2). */
function isDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}
