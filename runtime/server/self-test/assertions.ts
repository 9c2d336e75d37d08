import { generateKeyPairSync } from 'node:crypto'
import { type SigningKey, signAssertion } from '../../identity/index.ts'

/** One request to the service: what it shows, and whether the service must take it. */
export interface Probe {
  readonly name: 'good' | 'missing' | 'expired' | 'not-yet-valid' | 'other-audience' | 'badly-signed'
  /** Null: it shows none. */
  readonly assertion: string | null
  readonly expected: 'taken' | 'refused'
}

/** Who calls: `-` is in no name of a policy, so that no service can have given it rights by mistake. */
const CALLER = { sub: 'iap-self-test', identity: 'self-test', claims: {} }
/** Seconds: more than anybody's clock is wrong by. */
const FAR = 600

/** A good one first, so that the service has the keys; the others differ from it in one thing each. `now` in milliseconds. */
export function probesOf(key: SigningKey, service: string, issuer: string, lifetime: number, now: number): readonly Probe[] {
  const sign = (audience: string, from: number, by = key): string =>
    signAssertion({ iss: issuer, aud: audience, ...CALLER, iat: from, nbf: from, exp: from + Math.floor(lifetime / 1000) }, by)
  const iat = Math.floor(now / 1000)
  // Under the name of a key that is published: only the signature can tell.
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
