import type { KeyObject } from 'node:crypto'
import { bitsOf, FAMILIES, familyOf, isSigned, publicKeyOf, thumbprintOf } from '../jose/index.ts'
import type { Proof } from './read-proof.ts'

/**
 * A public key that verifies DPoP proofs and whose thumbprint (RFC 7638) was checked. `family` is its key type, as in `FAMILIES`.
 */
export interface ProofKey {
  readonly key: KeyObject
  readonly family: string
}

/**
 * Imports the public key of a DPoP proof. Returns `null` if its thumbprint (RFC 7638) is not the given one, or the key is
 * invalid. RSA keys must have at most 4096 bits and a common exponent, which bounds the cost of verification.
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
