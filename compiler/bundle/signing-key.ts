import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { SigningJwk } from './signing-jwk.ts'

export interface PrivateSigningKey {
  /** The RFC 7638 thumbprint of the public key: SHA-256, base64url. */
  readonly kid: string
  /** An Ed25519 private key. */
  readonly key: KeyObject
}

export type SigningKeyProblem = 'key-format' | 'key-type' | 'key-public'

export type SigningKey =
  | { readonly ok: true; readonly key: PrivateSigningKey }
  | { readonly ok: false; readonly code: SigningKeyProblem; readonly message: string }

export function generateSigningKey(): PrivateSigningKey {
  // As DER, and read again: see `runtime/base/generate-private-key.ts`.
  const { privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return signingKey(createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' }))
}

/** Returns a signing key as a private JWK (RFC 8037), as `iap keygen` writes it. */
export function privateJwk(key: PrivateSigningKey): SigningJwk {
  return { ...publicJwk(key), d: key.key.export({ format: 'jwk' }).d as string }
}

/** Returns the public half of a signing key as a JWK, for `bundle.keys` in the configuration of proxies. */
export function publicJwk(key: PrivateSigningKey): SigningJwk {
  return { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: key.kid, x: key.key.export({ format: 'jwk' }).x as string }
}

/** Reads a private Ed25519 key from a JWK (RFC 8037) or PEM (PKCS #8). Returns a code and a message if the text is neither. */
export function readSigningKey(text: string): SigningKey {
  return text.includes('-----BEGIN') ? fromPem(text) : fromJwk(text)
}

function fromPem(text: string): SigningKey {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1]
  if (label === 'PUBLIC KEY') return publicKey
  if (label === 'ENCRYPTED PRIVATE KEY')
    return problem('key-format', 'the private key is encrypted: decrypt it first, as with `openssl pkey`')
  if (!label?.endsWith('PRIVATE KEY'))
    return problem('key-format', `a PEM block \`${label}\` is not a private key: expected \`PRIVATE KEY\``)
  return decoded({ key: text, format: 'pem' })
}

function fromJwk(text: string): SigningKey {
  let jwk: unknown
  try {
    jwk = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return problem('key-format', 'the private key is neither a JWK nor PEM: `iap keygen` creates one')
  }
  if (typeof jwk !== 'object' || jwk === null || !('kty' in jwk))
    return problem('key-format', 'a JWK must be an object with a `kty`')
  const { kty, crv, d } = jwk as JsonWebKey
  if (kty !== 'OKP' || crv !== 'Ed25519') return wrongType(`${kty} ${crv ?? ''}`.trim())
  return d === undefined ? publicKey : decoded({ key: jwk as JsonWebKey, format: 'jwk' })
}

function decoded(input: Parameters<typeof createPrivateKey>[0]): SigningKey {
  let key: KeyObject
  try {
    key = createPrivateKey(input)
    if (key.asymmetricKeyType === 'ed25519' && !keepsItsHalves(input, key)) throw new Error()
  } catch {
    return problem('key-format', 'the private key cannot be decoded: it is damaged or of an unknown type')
  }
  return key.asymmetricKeyType === 'ed25519' ? { ok: true, key: signingKey(key) } : wrongType(key.asymmetricKeyType ?? 'unknown')
}

/** Whether a JWK's public half matches its private one; a mismatch would sign under a name that verifies nothing. */
function keepsItsHalves(input: Parameters<typeof createPrivateKey>[0], key: KeyObject): boolean {
  const said = typeof input === 'object' && 'key' in input ? (input.key as JsonWebKey).x : undefined
  return said === undefined || said === createPublicKey(key).export({ format: 'jwk' }).x
}

function signingKey(key: KeyObject): PrivateSigningKey {
  const { crv, kty, x } = createPublicKey(key).export({ format: 'jwk' })
  return { kid: createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url'), key }
}

const publicKey = problem('key-public', 'this is a public key: the private one is needed to sign')

function wrongType(found: string): SigningKey {
  return problem('key-type', `bundles are signed with Ed25519 keys, and this key is ${found}: \`iap keygen\` creates one`)
}

function problem(code: SigningKeyProblem, message: string): SigningKey {
  return { ok: false, code, message }
}
