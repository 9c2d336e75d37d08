import type { Refused } from '../../authentication.ts'
import { mismatch, typeOf } from '../../mismatch.ts'
import { refuseCredential } from '../../refusals.ts'
import { checkDates } from '../../token/check-dates.ts'
import { type Claims, isText } from '../../token/claim-types.ts'
import type { JwtConfig } from './jwt-config.ts'
import { PROFILES } from './profiles.ts'
import { workloadTokenOf } from './workload-tokens.ts'

/** The period in seconds since 1970 in which a token is valid, clock skew included. */
export interface Validity {
  readonly subject: string
  /** −∞ if the token does not say. */
  readonly issued: number
  readonly from: number
  readonly until: number
}

/** Checks all claims but issuer and audience, by which the identity was chosen. `now` in seconds. */
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
