import { generateKeyPairSync } from 'node:crypto'
import { type SigningKey, signAssertion } from '../../identity/index.ts'

export interface Probe {
  readonly name: 'good' | 'missing' | 'expired' | 'not-yet-valid' | 'other-audience' | 'badly-signed'
  /** Signed assertion to send with the request; `null` to send none. */
  readonly assertion: string | null
  readonly expected: 'taken' | 'refused'
}

/** `-` occurs in no identity name, so no service grants it rights by mistake. */
const CALLER = { sub: 'iap-self-test', identity: 'self-test', claims: {} }
/** Seconds, above any plausible clock skew. */
const FAR = 600

/**
 * Returns the requests of a self-test. The first has a valid assertion, so that the service loads the keys. Each other request
 * differs from it in one respect.
 *
 * @param lifetime lifetime of an assertion in milliseconds
 * @param now current time in milliseconds since 1970
 */
export function probesOf(key: SigningKey, service: string, issuer: string, lifetime: number, now: number): readonly Probe[] {
  const sign = (audience: string, from: number, by = key): string =>
    signAssertion({ iss: issuer, aud: audience, ...CALLER, iat: from, nbf: from, exp: from + Math.floor(lifetime / 1000) }, by)
  const iat = Math.floor(now / 1000)
  // Has a published key's ID, so that only the signature differs.
  const stranger: SigningKey = { kid: key.kid, key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }
  return [
    { name: 'good', assertion: sign(service, iat), expected: 'taken' },
    { name: 'missing', assertion: null, expected: 'refused' },
    { name: 'expired', assertion: sign(service, iat - FAR - Math.floor(lifetime / 1000)), expected: 'refused' },
    { name: 'not-yet-valid', assertion: sign(service, iat + FAR), expected: 'refused' },
    { name: 'other-audience', assertion: sign(`not-${service}`, iat), expected: 'refused' },
    { name: 'badly-signed', assertion: sign(service, iat, stranger), expected: 'refused' },
  ]
}
