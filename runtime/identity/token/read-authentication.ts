import type { AuthenticationFacts } from '../../abi/index.ts'

/** What of an authentication says that it took several factors: any one of these, byte for byte. */
export interface MfaConfig {
  /** Of `amr` (RFC 8176). */
  readonly amr: readonly string[]
  /** Of `acr`; the provider is asked for these. */
  readonly acr: readonly string[]
}

export const DEFAULT_MFA: MfaConfig = Object.freeze({ amr: Object.freeze(['mfa']), acr: Object.freeze(['mfa']) })

/**
 * How and when the caller signed in, as an access token says it (RFC 9068, section 2.2.1; RFC 9470, section 6): `auth_time`,
 * `acr`, `amr` (RFC 8176). What is missing or of another type is not known, so that no requirement is met by it. `now` and `skew`
 * in seconds: an issuer whose clock is ahead by no more than that says "just now", not "in the future".
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

/** NumericDate (RFC 7519, section 2) → nanoseconds since 1970. */
function readTime(seconds: unknown, now: number, skew: number): bigint | null {
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= LATEST)) return null
  const milliseconds = Math.round((seconds > now && seconds <= now + skew ? now : seconds) * 1000)
  return BigInt(milliseconds) * 1_000_000n
}

/** The end of the year 9999. */
const LATEST = 253_402_300_799
