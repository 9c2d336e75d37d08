/** An Ed25519 key as a JSON Web Key (RFC 8037). */
export interface SigningJwk {
  /** Key type: octet key pair. */
  readonly kty: 'OKP'
  /** Curve of the key. */
  readonly crv: 'Ed25519'
  /** Signature algorithm. */
  readonly alg: 'EdDSA'
  /** Intended use: signatures. */
  readonly use: 'sig'
  /** RFC 7638 thumbprint of the public key, in base64url. */
  readonly kid: string
  /** Public key: 32 bytes in base64url. */
  readonly x: string
  /** Private key: 32 bytes in base64url. Absent from a public key. */
  readonly d?: string
}
