import type { Refused } from '../../authentication.ts'
import { mismatch, typeOf } from '../../mismatch.ts'
import { refuseCredential } from '../../refusals.ts'
import { checkDates } from '../../token/check-dates.ts'
import { type Claims, isText } from '../../token/claim-types.ts'
import type { JwtConfig } from './jwt-config.ts'
import { PROFILES } from './profiles.ts'
import { workloadTokenOf } from './workload-tokens.ts'

/**
 * Subject of a token, its time of issue, and the period in which it is valid, clock skew included. Times are in seconds since
 * 1970.
 */
export interface Validity {
  readonly subject: string
  /** Time of issue in seconds since 1970, or −∞ if the token does not specify one. */
  readonly issued: number
  readonly from: number
  readonly until: number
}

/**
 * Checks the claims of a token except issuer and audience, by which its identity was selected. Returns the token's subject and
 * validity, or the refusal. `now` is in seconds since 1970.
 */
export function checkTokenClaims(header: Claims, claims: Claims, config: JwtConfig, now: number): Validity | Refused {
  const { sub, exp, iat, nbf } = claims
  const profile = PROFILES[config.profile]
  for (const name of ['sub', ...profile.required])
    if (!isText(claims[name]))
      return refuseCredential('claim-missing', mismatch(name, typeOf(claims[name]), 'a non-empty string'))
  const dates = ['exp', ...(mayLackIat(config) ? [] : ['iat'])]
  const skew = config.clockSkew / 1000
  const wrong = checkDates(claims, dates, now, skew, false)
  if (wrong !== null) return wrong
  const kind = profile.kindProblem(claims, header, config)
  if (kind !== null) return refuseCredential(kind.code, kind.mismatch)
  const [ends, issued, from] = [exp, iat, nbf] as [number, number | undefined, number | undefined]
  return {
    subject: sub as string,
    issued: issued ?? Number.NEGATIVE_INFINITY,
    from: Math.max(issued ?? 0, from ?? 0) - skew,
    until: ends + skew,
  }
}

function mayLackIat(config: JwtConfig): boolean {
  return config.profile === 'workload' && workloadTokenOf(config).withoutIssuedAt === true
}
