import { sign } from 'node:crypto'
import type { PrivateSigningKey } from './signing-key.ts'

/**
 * A detached compact JWS (RFC 7515, appendix F) with EdDSA (RFC 8037): `<protected header>..<signature>`. Ed25519 is
 * deterministic, so a bundle that is signed again is the same bundle.
 */
export function detachedJws(payload: Uint8Array, signer: PrivateSigningKey): string {
  const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: signer.kid })).toString('base64url')
  const input = Buffer.from(`${header}.${Buffer.from(payload).toString('base64url')}`)
  return `${header}..${sign(null, input, signer.key).toString('base64url')}`
}
