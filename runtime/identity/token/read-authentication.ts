import type { AuthenticationFacts } from '../../abi/index.ts'

/** Claim values that prove multi-factor authentication. Any one suffices; values are compared byte for byte. */
export interface MfaConfig {
  readonly amr: readonly string[]
  /** Accepted values of `acr`, which are also requested from the provider. */
  readonly acr: readonly string[]
}

export const DEFAULT_MFA: MfaConfig = Object.freeze({ amr: Object.freeze(['mfa']), acr: Object.freeze(['mfa']) })

/**
 * Reads how and when the caller signed in (RFC 9068, section 2.2.1; RFC 9470, section 6): `auth_time`, `acr`, `amr` (RFC 8176).
 * Missing or invalid values are unknown and meet no requirement. `now` and `skew` are in seconds; a time ahead of `now` by at
 * most `skew` is read as `now`.
 */
export function readAuthentication(
  claims: Readonly<Record<string, unknown>>,
  now: number,
  skew: number,
  mfa: MfaConfig,
): AuthenticationFacts {
  const { auth_time, acr, amr } = claims
  const methods = Array.isArray(amr) ? amr : []
  return Object.freeze({
    time: readTime(auth_time, now, skew),
    acr: typeof acr === 'string' ? acr : null,
    mfa: (typeof acr === 'string' && mfa.acr.includes(acr)) || mfa.amr.some((method) => methods.includes(method)),
  })
}

/** Converts a NumericDate (RFC 7519, section 2) to nanoseconds since 1970. */
function readTime(seconds: unknown, now: number, skew: number): bigint | null {
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= LATEST)) return null
  const milliseconds = Math.round((seconds > now && seconds <= now + skew ? now : seconds) * 1000)
  return BigInt(milliseconds) * 1_000_000n
}

/** End of the year 9999 in seconds since 1970. */
const LATEST = 253_402_300_799
