import type { Refused } from '../authentication.ts'
import { expiredAt, mismatch, rfc3339Of, typeOf } from '../mismatch.ts'
import { refuseCredential } from '../refusals.ts'
import { type Claims, isDate } from './claim-types.ts'

const NAMES = ['exp', 'nbf', 'iat']

/**
 * Checks the claims `exp`, `nbf` and `iat` of a token (RFC 7519, section 4.1). Returns `null` if the token is valid now,
 * otherwise the refusal.
 *
 * @param required claims that must be present; any present claim must be a NumericDate
 * @param now seconds since 1970
 * @param skew seconds by which the issuer's clock may differ
 * @param verified whether the issuer has signed the claims
 */
export function checkDates(
  claims: Claims,
  required: readonly string[],
  now: number,
  skew: number,
  verified: boolean,
): Refused | null {
  for (const name of NAMES) {
    const value = claims[name]
    if (value === undefined ? required.includes(name) : !isDate(value))
      return refuseCredential('claim-missing', mismatch(name, typeOf(value), 'a positive number of seconds since 1970', verified))
  }
  const { exp, nbf, iat } = claims as Readonly<Record<string, number | undefined>>
  if (exp !== undefined && now - skew >= exp) return refuseCredential('expired', expiredAt('exp', exp, now - skew, verified))
  if (nbf !== undefined && now + skew < nbf)
    return refuseCredential('not-yet-valid', mismatch('nbf', rfc3339Of(nbf), `at or before ${rfc3339Of(now + skew)}`, verified))
  if (iat !== undefined && now + skew < iat)
    return refuseCredential(
      'issued-in-future',
      mismatch('iat', rfc3339Of(iat), `at or before ${rfc3339Of(now + skew)}`, verified),
    )
  return null
}
