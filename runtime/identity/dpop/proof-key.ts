import { createPublicKey, hash, type JsonWebKey, type KeyObject } from 'node:crypto'
import { isSigned } from '../token/is-signed.ts'
import { bitsOf, FAMILIES, familyOf } from '../token/key-family.ts'
import type { Proof } from './read-proof.ts'

type Jwk = Proof['jwk']

/** The key of one thumbprint. */
export interface ProofKey {
  readonly key: KeyObject
  readonly family: string
}

/**
 * The key of a proof, if it is the one of that thumbprint; null where it is not, or is none that signs here. A key that somebody
 * has chosen so that using it takes long is none: RSA has at most 4096 bits, and an exponent as everybody uses it.
 */
export function proofKey(jwk: Jwk, thumbprint: string): ProofKey | null {
  const family = familyOf(jwk)
  if (family === null || thumbprintOf(jwk) !== thumbprint) return null
  if (family === 'RSA' && (bitsOf(jwk.n as string) > 4096 || bitsOf(jwk.e as string) > 32)) return null
  const { kty, crv, n, e, x, y } = jwk
  try {
    return { key: createPublicKey({ key: { kty, crv, n, e, x, y } as JsonWebKey, format: 'jwk' }), family }
  } catch {
    return null
  }
}

/** RFC 7638, section 3.2: the members that a key of its type must have, in the order of their names. */
export function thumbprintOf({ kty, crv, n, e, x, y }: Jwk): string {
  const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }
  return hash('sha256', JSON.stringify(members), 'base64url')
}

export function signedBy({ key, family }: ProofKey, { alg, signed, signature }: Proof): boolean {
  return family === FAMILIES[alg] && isSigned(alg, key, signed, signature)
}
