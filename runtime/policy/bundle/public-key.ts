import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { isObject } from '../../base/values.ts'

export interface PublicKey {
  /** Key ID by which signatures name the key: its RFC 7638 thumbprint (SHA-256, base64url). */
  readonly kid: string
  /** Ed25519 public key. */
  readonly key: KeyObject
}

export type KeyProblem = 'key-format' | 'key-type' | 'key-private'

export type PublicKeys =
  | { readonly ok: true; readonly keys: readonly PublicKey[] }
  | { readonly ok: false; readonly code: KeyProblem; readonly message: string }

/**
 * Parses Ed25519 public keys in JWK (RFC 8037), JWK Set or PEM (SPKI) form. Refuses private keys, with which a proxy could
 * sign.
 */
export function readPublicKeys(text: string): PublicKeys {
  return text.includes('-----BEGIN') ? fromPem(text) : fromJwk(text)
}

function fromPem(text: string): PublicKeys {
  // Even an incomplete one should not be here.
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) return privateKey
  const keys: PublicKey[] = []
  for (const [block, label] of text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)) {
    if (label !== 'PUBLIC KEY')
      return problem('key-format', `a PEM block \`${label}\` is not a public key: expected \`PUBLIC KEY\``)
    const key = publicKeyOf({ key: block, format: 'pem' })
    if ('code' in key) return key
    keys.push(key)
  }
  return keys.length > 0
    ? { ok: true, keys }
    : problem('key-format', 'the PEM has no complete block from `-----BEGIN PUBLIC KEY-----` to its end')
}

function fromJwk(text: string): PublicKeys {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return problem('key-format', 'the public key is neither a JWK nor PEM: `iap keygen --public FILE` writes one')
  }
  const set = isObject(json) && Array.isArray(json.keys) ? json.keys : [json]
  if (set.length === 0)
    return problem('key-format', 'the JWK Set has no key: add the public key that `iap keygen --public FILE` wrote')
  const keys: PublicKey[] = []
  for (const jwk of set) {
    if (!isObject(jwk) || typeof jwk.kty !== 'string') return problem('key-format', 'a JWK must be an object with a `kty`')
    if ('d' in jwk || 'k' in jwk) return privateKey
    if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519') return wrongType(`${jwk.kty} ${jwk.crv ?? ''}`.trim())
    const key = publicKeyOf({ key: jwk as JsonWebKey, format: 'jwk' })
    if ('code' in key) return key
    keys.push(key)
  }
  return { ok: true, keys }
}

function publicKeyOf(input: Parameters<typeof createPublicKey>[0]): PublicKey | Extract<PublicKeys, { ok: false }> {
  let key: KeyObject
  try {
    key = createPublicKey(input)
  } catch {
    return problem('key-format', 'the public key cannot be decoded: it is damaged or of an unknown type')
  }
  if (key.asymmetricKeyType !== 'ed25519') return wrongType(key.asymmetricKeyType ?? 'unknown')
  if (isWeak(key)) return problem('key-format', 'the public key is weak, so that anyone can forge its signatures: replace it')
  return { kid: thumbprint(key), key }
}

/**
 * Coordinates y of points of small order, such as of a placeholder, in little-endian hexadecimal, canonical or not. They verify
 * meaningless signatures; neither RFC 8032, section 5.1.7, nor OpenSSL checks for them.
 */
const WEAK: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
])

function isWeak(key: KeyObject): boolean {
  const y = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url')
  // The highest bit is the sign of x.
  y.writeUInt8(y.readUInt8(31) & 0x7f, 31)
  return WEAK.has(y.toString('hex'))
}

/** Returns the thumbprint of a key by RFC 7638, with the members of RFC 8037, appendix A.3. */
function thumbprint(key: KeyObject): string {
  const { crv, kty, x } = key.export({ format: 'jwk' })
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url')
}

const privateKey = problem('key-private', 'this is a private key: give the public key, and keep the private one with the signer')

function wrongType(found: string): Extract<PublicKeys, { ok: false }> {
  return problem('key-type', `bundles are signed with Ed25519 keys, and this key is ${found}: \`iap keygen\` creates one`)
}

function problem(code: KeyProblem, message: string): Extract<PublicKeys, { ok: false }> {
  return { ok: false, code, message }
}
