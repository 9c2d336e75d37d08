import type { KeyObject } from 'node:crypto'
import { isObject } from '../../base/values.ts'
import { FAMILIES, familyOf, type JwsAlgorithm } from './algorithms.ts'
import { publicKeyOf } from './public-key.ts'
import { isSigned } from './signature.ts'

/** A public key of an issuer that may verify signatures. */
export interface IssuerKey {
  /** The same for the same key with the same restrictions. */
  readonly id: string
  readonly kid: string | undefined
  /** Whether the key is of the algorithm's type, and is not for another algorithm. */
  fits(alg: JwsAlgorithm): boolean
  /** Whether it signed this JWS (`readCompactJws` has read it), with this algorithm and no other. */
  signed(jws: string, alg: JwsAlgorithm): boolean
}

/** Null where the JWK (RFC 7517) is none that verifies signatures here. Throws nothing. */
export function issuerKey(jwk: unknown): IssuerKey | null {
  if (!isObject(jwk) || !isForVerifying(jwk)) return null
  const { kty, crv, n, e, x, y, alg, kid, use, key_ops: keyOps } = jwk
  if (!isOptionalText(alg) || !isOptionalText(kid)) return null
  const family = familyOf(jwk)
  if (family === null) return null
  const members = { kty, crv, n, e, x, y }
  /** Undefined: nobody has asked for it yet. */
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

/** RFC 7517, sections 4.2 and 4.3. A private or shared key in a published set is nobody's any more. */
function isForVerifying(jwk: Readonly<Record<string, unknown>>): boolean {
  if ('d' in jwk || 'k' in jwk) return false
  if (jwk.use !== undefined && jwk.use !== 'sig') return false
  return jwk.key_ops === undefined || (Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
