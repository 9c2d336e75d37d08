import type { Refused } from '../../authentication.ts'
import { type CompactJws, type JwsAlgorithm, UNSUPPORTED } from '../../jose/index.ts'
import { mismatch, oneOf } from '../../mismatch.ts'
import { refuseCredential } from '../../refusals.ts'
import type { JwtConfig } from './jwt-config.ts'
import { PROFILES } from './profiles.ts'

/**
 * Header parameters of a token that the proxy uses. `jku`, `jwk`, `x5u` and `x5c` are never used: a token must not choose its
 * keys.
 */
export interface TokenHeader {
  readonly alg: JwsAlgorithm
  readonly kid: string | undefined
}

export function checkTokenHeader({ header }: CompactJws, { algorithms, profile }: JwtConfig): TokenHeader | Refused {
  const { kid, typ } = header
  const unsupported = UNSUPPORTED.find((name) => Object.hasOwn(header, name))
  if (unsupported !== undefined) return refuseCredential('token-header', mismatch(unsupported, header[unsupported], 'absent'))
  if (kid !== undefined && typeof kid !== 'string') return refuseCredential('token-header', mismatch('kid', kid, 'a string'))
  const { types } = PROFILES[profile]
  if (!hasType(typ, types))
    return refuseCredential('token-type', mismatch('typ', typ, oneOf(types.map((type) => type ?? 'absent'))))
  const alg = algorithms.find((name) => name === header.alg)
  return alg === undefined ? refuseCredential('token-algorithm', mismatch('alg', header.alg, oneOf(algorithms))) : { alg, kid }
}

/**
 * Returns whether a token has an accepted type (RFC 9068, section 4). Media types are case-insensitive, and `application/` may
 * be omitted (RFC 7515, section 4.1.9).
 */
function hasType(typ: unknown, types: readonly (string | null)[]): boolean {
  if (typ === undefined) return types.includes(null)
  if (typeof typ !== 'string') return false
  const type = typ.toLowerCase().replace(/^application\//, '')
  return types.some((one) => one?.toLowerCase() === type)
}
