import type { RefusalCode } from '../refusals.ts'
import type { JwsAlgorithm, JwtConfig } from './jwt-config.ts'

/** What is needed of a token's header. `jku`, `jwk`, `x5u`, `x5c` are never looked at: a token does not choose its keys. */
export interface TokenHeader {
  readonly alg: JwsAlgorithm
  readonly kid: string | undefined
}

export function checkTokenHeader(
  header: Readonly<Record<string, unknown>>,
  { algorithms, profile }: JwtConfig,
): TokenHeader | RefusalCode {
  const { kid } = header
  if (UNSUPPORTED.some((name) => Object.hasOwn(header, name))) return 'token-header'
  if (kid !== undefined && typeof kid !== 'string') return 'token-header'
  if (!isAccessTokenType(header.typ, profile)) return 'token-type'
  const alg = algorithms.find((name) => name === header.alg)
  return alg === undefined ? 'token-algorithm' : { alg, kid }
}

/** RFC 7515, section 4.1.11; RFC 7797; RFC 7516. */
const UNSUPPORTED = ['crit', 'b64', 'zip', 'enc']

/** RFC 9068, section 4; case is of no meaning in a media type, and `application/` may be left out (RFC 7515, section 4.1.9). */
function isAccessTokenType(typ: unknown, profile: JwtConfig['profile']): boolean {
  if (typ === undefined) return profile === 'jwt'
  if (typeof typ !== 'string') return false
  const type = typ.toLowerCase().replace(/^application\//, '')
  return type === 'at+jwt' || (profile === 'jwt' && type === 'jwt')
}
