import { generateSigningKey, privateJwk, publicJwk } from '../../compiler/bundle/index.ts'
import type { SigningJwk } from '../../compiler/bundle/signing-jwk.ts'

export type { SigningJwk }

export interface KeyPair {
  /** For `sign`; secret. */
  readonly privateKey: SigningJwk
  /** For `keys` of `load`, `bundle.keys` of the proxy, and `iap verify`. */
  readonly publicKey: SigningJwk
}

/** Returns an Ed25519 key pair as JWK (RFC 8037), as `iap keygen` writes it. */
export function generateKeys(): KeyPair {
  const key = generateSigningKey()
  return { privateKey: privateJwk(key), publicKey: publicJwk(key) }
}
