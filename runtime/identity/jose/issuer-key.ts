import type { KeyObject } from 'node:crypto'
import { isObject } from '../../base/values.ts'
import { FAMILIES, familyOf, type JwsAlgorithm } from './algorithms.ts'
import { publicKeyOf } from './public-key.ts'
import { isSigned } from './signature.ts'

/** A public key of an issuer that can verify signatures. */
export interface IssuerKey {
  /** Text that is the same for two keys if they have the same key material and the same restrictions of use. */
  readonly id: string
  readonly kid: string | undefined
  /** Returns whether the key has the type that the algorithm requires and is not restricted to another algorithm. */
  fits(alg: JwsAlgorithm): boolean
  /** Returns whether the JWS has a valid signature by this key and algorithm. `readCompactJws` must have accepted the JWS. */
  signed(jws: string, alg: JwsAlgorithm): boolean
}

/** Parses a JWK (RFC 7517). Returns `null` if the key cannot verify signatures of a supported algorithm; never throws. */
export function issuerKey(jwk: unknown): IssuerKey | null {
  if (!isObject(jwk) || !isForVerifying(jwk)) return null
  const { kty, crv, n, e, x, y, alg, kid, use, key_ops: keyOps } = jwk
  if (!isOptionalText(alg) || !isOptionalText(kid)) return null
  const family = familyOf(jwk)
  if (family === null) return null
  const members = { kty, crv, n, e, x, y }
  /** `undefined` until first use. */
  let key: KeyObject | null | undefined

  function fits(wanted: JwsAlgorithm): boolean {
    return (alg === undefined || alg === wanted) && family === FAMILIES[wanted]
  }

  function signed(jws: string, wanted: JwsAlgorithm): boolean {
    if (!fits(wanted)) return false
    if (key === undefined) key = publicKeyOf(members)
    const end = jws.lastIndexOf('.')
    return key !== null && isSigned(wanted, key, jws.slice(0, end), jws.slice(end + 1))
  }

  return { id: JSON.stringify([members, alg, kid, use, keyOps]), kid, fits, signed }
}

/**
 * Returns whether a key may verify signatures (RFC 7517, sections 4.2 and 4.3). A private or shared key in a published set is
 * compromised.
 */
function isForVerifying(jwk: Readonly<Record<string, unknown>>): boolean {
  if ('d' in jwk || 'k' in jwk) return false
  if (jwk.use !== undefined && jwk.use !== 'sig') return false
  return jwk.key_ops === undefined || (Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
