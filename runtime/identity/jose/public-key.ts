import { createPublicKey, hash, type JsonWebKey, type KeyObject } from 'node:crypto'

type Jwk = Readonly<Record<string, unknown>>

/** Imports a JWK (RFC 7517) from its public members. Returns `null` if the point is not on the curve. */
export function publicKeyOf({ kty, crv, n, e, x, y }: Jwk): KeyObject | null {
  try {
    return createPublicKey({ key: { kty, crv, n, e, x, y } as JsonWebKey, format: 'jwk' })
  } catch {
    return null
  }
}

/** Returns the thumbprint of a JWK (RFC 7638, section 3). */
export function thumbprintOf({ kty, crv, n, e, x, y }: Jwk): string {
  const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }
  return hash('sha256', JSON.stringify(members), 'base64url')
}
