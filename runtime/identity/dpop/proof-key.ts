import type { KeyObject } from 'node:crypto'
import { bitsOf, FAMILIES, familyOf, isSigned, publicKeyOf, thumbprintOf } from '../jose/index.ts'
import type { Proof } from './read-proof.ts'

/** The key of one thumbprint. */
export interface ProofKey {
  readonly key: KeyObject
  readonly family: string
}

/**
 * The key of a proof, if it is the one of that thumbprint; null where it is not, or is none that signs here. A key that somebody
 * has chosen so that using it takes long is none: RSA has at most 4096 bits, and an exponent as everybody uses it.
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
