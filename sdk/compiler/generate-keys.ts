import { generateSigningKey, privateJwk, publicJwk } from '../../compiler/bundle/index.ts'
import type { SigningJwk } from '../../compiler/bundle/signing-jwk.ts'

export type { SigningJwk }

/** An Ed25519 key pair as JSON Web Keys (RFC 8037). */
export interface KeyPair {
  /** Private key, for `sign` of `compile`. Keep it secret. */
  readonly privateKey: SigningJwk
  /** Public key, for `keys` of `load`, `bundle.keys` of the proxy's configuration, and `iap verify`. */
  readonly publicKey: SigningJwk
}

/**
 * Generates an Ed25519 key pair, as `iap keygen` does.
 *
 * @returns the pair as JWK (RFC 8037), with the RFC 7638 thumbprint as `kid`
 *
 * @example
 * ```ts
 * import { generateKeys } from 'iap-proxy/compiler'
 *
 * const { privateKey, publicKey } = generateKeys()
 * console.log(privateKey.kid === publicKey.kid, 'd' in publicKey) // true false
 * ```
 */
export function generateKeys(): KeyPair {
  const key = generateSigningKey()
  return { privateKey: privateJwk(key), publicKey: publicJwk(key) }
}
