import { ASSERTION_TYPE } from '../../runtime/identity/assertion/sign-assertion.ts'
import { readCompactJws } from '../../runtime/identity/jose/compact-jws.ts'
import { AssertionRefused, type RefusalCode } from './assertion-refused.ts'

/** The caller of a request, as asserted by the proxy. */
export interface Caller {
  /** The caller's subject; `null` for `anonymous`, and for identities whose method has no subject. */
  readonly subject: string | null
  /**
   * Name of the policy's `identity` declaration under which the caller is authenticated. `anonymous`: the request came through
   * the proxy without a caller.
   */
  readonly identity: string
  /** Claims that the policy declares for the identity, by name. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** Expected properties of an assertion. */
export interface Expected {
  readonly issuer: string
  readonly audience: string
  /** Seconds by which the proxy's clock may differ. */
  readonly clockSkew: number
}

interface ReadAssertion {
  readonly kid: string
  readonly caller: Caller
}

/** Maximum lifetime in seconds that a proxy allows. */
const LONGEST = 300

/**
 * Reads an assertion and checks everything but the signature (RFC 7519, section 7.2; RFC 8725).
 *
 * @param text JWT in compact form
 * @param now seconds since 1970
 * @throws AssertionRefused if the assertion is malformed, of another issuer or audience, or not valid at this time
 */
export function readAssertion(text: string, expected: Expected, now: number): ReadAssertion {
  const jws = readCompactJws(text)
  if (jws === null) throw new AssertionRefused('assertion-malformed')
  const kid = keyNamedIn(jws.header)
  if (kid === null) throw new AssertionRefused('assertion-header')
  const caller = callerIn(jws.payload)
  const wrong = caller === null ? 'assertion-claims' : wrongFor(jws.payload, expected, now)
  if (caller === null || wrong !== null) throw new AssertionRefused(wrong ?? 'assertion-claims')
  return { kid, caller }
}

/** Null: not an assertion's header. No critical parameters are supported (RFC 7515, section 4.1.11). */
function keyNamedIn({ alg, typ, kid, crit }: Readonly<Record<string, unknown>>): string | null {
  if (alg !== 'ES256' || typ !== ASSERTION_TYPE || crit !== undefined) return null
  return typeof kid === 'string' && kid !== '' ? kid : null
}

function callerIn({ sub, identity, claims }: Readonly<Record<string, unknown>>): Caller | null {
  if (typeof identity !== 'string' || identity === '') return null
  if (sub !== undefined && (typeof sub !== 'string' || identity === 'anonymous')) return null
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return null
  return { subject: sub ?? null, identity, claims: claims as Caller['claims'] }
}

function wrongFor(payload: Readonly<Record<string, unknown>>, expected: Expected, now: number): RefusalCode | null {
  const { iss, aud, iat, nbf, exp } = payload
  if (iss !== expected.issuer) return 'assertion-issuer'
  // One for several services could be replayed among them.
  if (aud !== expected.audience) return 'assertion-audience'
  if (!isTime(iat) || !isTime(nbf) || !isTime(exp) || exp <= iat || exp - iat > LONGEST) return 'assertion-claims'
  if (now >= exp + expected.clockSkew) return 'assertion-expired'
  if (now < Math.max(iat, nbf) - expected.clockSkew) return 'assertion-not-yet-valid'
  return null
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
