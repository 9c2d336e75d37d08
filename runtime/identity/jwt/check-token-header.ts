import type { RefusalCode } from '../refusals.ts'
import { asksForMore, type CompactJws } from '../token/compact-jws.ts'
import type { JwsAlgorithm, JwtConfig } from './jwt-config.ts'

/** What is needed of a token's header. `jku`, `jwk`, `x5u`, `x5c` are never looked at: a token does not choose its keys. */
export interface TokenHeader {
  readonly alg: JwsAlgorithm
  readonly kid: string | undefined
}

export function checkTokenHeader(token: CompactJws, { algorithms, profile }: JwtConfig): TokenHeader | RefusalCode {
  const { header } = token
  const { kid } = header
  if (asksForMore(token)) return 'token-header'
  if (kid !== undefined && typeof kid !== 'string') return 'token-header'
  if (!isAccessTokenType(header.typ, profile)) return 'token-type'
  const alg = algorithms.find((name) => name === header.alg)
  return alg === undefined ? 'token-algorithm' : { alg, kid }
}

/** RFC 9068, section 4; case is of no meaning in a media type, and `application/` may be left out (RFC 7515, section 4.1.9). */
function isAccessTokenType(typ: unknown, profile: JwtConfig['profile']): boolean {
  if (typ === undefined) return profile === 'jwt'
  if (typeof typ !== 'string') return false
  const type = typ.toLowerCase().replace(/^application\//, '')
  return type === 'at+jwt' || (profile === 'jwt' && type === 'jwt')
}
