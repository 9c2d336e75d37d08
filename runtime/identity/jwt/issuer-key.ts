import { compactVerify, errors, importJWK, type JWK } from 'jose'
import { FAMILIES, familyOf } from '../token/key-family.ts'
import type { JwsAlgorithm } from './jwt-config.ts'

/** A public key of an issuer that may verify signatures. */
export interface IssuerKey {
  /** The same for the same key with the same restrictions. */
  readonly id: string
  readonly kid: string | undefined
  /** Whether the key is of the algorithm's type, and is not for another algorithm. */
  fits(alg: JwsAlgorithm): boolean
  /** Whether it signed this JWS, with this algorithm and no other. */
  signed(jws: string, alg: JwsAlgorithm): Promise<boolean>
}

/** Null where the JWK (RFC 7517) is none that verifies signatures here. Throws nothing. */
export function issuerKey(jwk: unknown): IssuerKey | null {
  if (!isRecord(jwk) || !isForVerifying(jwk)) return null
  const { kty, crv, n, e, x, y, alg, kid, use, key_ops: keyOps } = jwk
  if (!isOptionalText(alg) || !isOptionalText(kid)) return null
  const family = familyOf(jwk)
  if (family === null) return null
  const members = { kty, crv, n, e, x, y } as JWK
  const imported = new Map<JwsAlgorithm, ReturnType<typeof importJWK>>()

  function fits(wanted: JwsAlgorithm): boolean {
    return (alg === undefined || alg === wanted) && family === FAMILIES[wanted]
  }

  async function signed(jws: string, wanted: JwsAlgorithm): Promise<boolean> {
    if (!fits(wanted)) return false
    const key = imported.get(wanted) ?? importJWK(members, wanted)
    imported.set(wanted, key)
    try {
      await compactVerify(jws, await key, { algorithms: [wanted] })
      return true
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof DOMException || error instanceof TypeError) return false
      throw error
    }
  }

  return { id: JSON.stringify([members, alg, kid, use, keyOps]), kid, fits, signed }
}

/** RFC 7517, sections 4.2 and 4.3. A private or shared key in a published set is nobody's any more. */
function isForVerifying(jwk: Readonly<Record<string, unknown>>): boolean {
  if ('d' in jwk || 'k' in jwk) return false
  if (jwk.use !== undefined && jwk.use !== 'sig') return false
  return jwk.key_ops === undefined || (Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
