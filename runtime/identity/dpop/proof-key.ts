import type { KeyObject } from 'node:crypto'
import { bitsOf, FAMILIES, familyOf, isSigned, publicKeyOf, thumbprintOf } from '../jose/index.ts'
import type { Proof } from './read-proof.ts'

/** A public key with its thumbprint (RFC 7638). */
export interface ProofKey {
  readonly key: KeyObject
  readonly family: string
}

/**
 * Returns the key of a proof if it has the given thumbprint, otherwise `null`. RSA keys must have at most 4096 bits and a
 * common exponent, which bounds the cost of verification.
 */
export function proofKey(jwk: Proof['jwk'], thumbprint: string): ProofKey | null {
  const family = familyOf(jwk)
  if (family === null || thumbprintOf(jwk) !== thumbprint) return null
  if (family === 'RSA' && (bitsOf(jwk.n as string) > 4096 || bitsOf(jwk.e as string) > 32)) return null
  const key = publicKeyOf(jwk)
  return key && { key, family }
}

export function signedBy({ key, family }: ProofKey, { alg, signed, signature }: Proof): boolean {
  return family === FAMILIES[alg] && isSigned(alg, key, signed, signature)
}
