import { createPublicKey, hash, type JsonWebKey, type KeyObject } from 'node:crypto'

type Jwk = Readonly<Record<string, unknown>>

/** The key of a JWK (RFC 7517), of whose members only public ones are read. Null: a point that is not on the curve. */
export function publicKeyOf({ kty, crv, n, e, x, y }: Jwk): KeyObject | null {
  try {
    return createPublicKey({ key: { kty, crv, n, e, x, y } as JsonWebKey, format: 'jwk' })
  } catch {
    return null
  }
}

/** RFC 7638, section 3.2: the members that a key of its type must have, in the order of their names. */
export function thumbprintOf({ kty, crv, n, e, x, y }: Jwk): string {
  const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }
  return hash('sha256', JSON.stringify(members), 'base64url')
}
