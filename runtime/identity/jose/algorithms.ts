import { isText } from '../token/claim-types.ts'

/** Supported JWS algorithms: those of RFC 7518 and RFC 8037 except the symmetric ones and `none`. */
export const JWS_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const

export type JwsAlgorithm = (typeof JWS_ALGORITHMS)[number]

/** Key type that each algorithm requires, by algorithm: `kty` of a JWK, or the curve. */
export const FAMILIES: Readonly<Record<JwsAlgorithm, string>> = {
  RS256: 'RSA',
  RS384: 'RSA',
  RS512: 'RSA',
  PS256: 'RSA',
  PS384: 'RSA',
  PS512: 'RSA',
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'Ed25519',
}

/**
 * Returns the key type of a JWK, as in `FAMILIES`, or `null` if it is unsupported. RSA keys below 2048 bits are unsupported (RFC
 * 7518, section 3.3).
 */
export function familyOf({ kty, crv, n, e, x, y }: Readonly<Record<string, unknown>>): string | null {
  if (kty === 'RSA') return isText(n) && isText(e) && bitsOf(n) >= 2048 ? 'RSA' : null
  if (kty === 'EC') return isText(x) && isText(y) && isText(crv) ? crv : null
  return kty === 'OKP' && crv === 'Ed25519' && isText(x) ? crv : null
}

/** Returns the bit length of an unsigned base64url integer. */
export function bitsOf(base64url: string): number {
  const bytes = Buffer.from(base64url, 'base64url')
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] as number) + 24
}
