import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import { readPublicKeys } from '../../policy/index.ts'

export interface AuditSigner {
  /** Key ID: the RFC 7638 thumbprint of the public key. */
  readonly kid: string
  /** Signs a text with Ed25519. Returns the signature in base64url. */
  sign(text: string): string
}

/**
 * Parses a private Ed25519 key of `iap keygen`, in JWK (RFC 8037) or PEM form.
 *
 * @throws a message if the key is invalid
 */
export function readAuditKey(text: string): AuditSigner {
  const key = decoded(text)
  // Explains other kinds of keys.
  const read = readPublicKeys(createPublicKey(key).export({ format: 'pem', type: 'spki' }) as string)
  const [known] = read.ok ? read.keys : []
  if (known === undefined)
    throw new Error('a log must be signed with an Ed25519 key, and this key has another type: `iap keygen` creates one')
  return { kid: known.kid, sign: (signed) => sign(null, Buffer.from(signed), key).toString('base64url') }
}

function decoded(text: string): KeyObject {
  try {
    return text.includes('-----BEGIN')
      ? createPrivateKey(text)
      : createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' })
  } catch {
    throw new Error('it is not a private key in JWK or PEM: `iap keygen` creates one')
  }
}
