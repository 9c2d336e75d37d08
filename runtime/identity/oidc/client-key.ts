import { createPrivateKey, type KeyObject } from 'node:crypto'
import { type CryptoKey, importJWK, importPKCS8 } from 'jose'

/** A client's private key, to sign with (RFC 7523). */
export interface ClientKey {
  readonly key: CryptoKey
  readonly kid?: string
}

/** Of a JWK or PEM. Throws where it is none, or not for signing. */
export async function readClientKey(text: string): Promise<ClientKey> {
  const jwk = text.trimStart().startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : null
  const key = jwk === null ? createPrivateKey(text) : createPrivateKey({ key: jwk as never, format: 'jwk' })
  const alg = typeof jwk?.alg === 'string' ? jwk.alg : algorithmOf(key)
  const imported =
    jwk === null
      ? await importPKCS8(key.export({ type: 'pkcs8', format: 'pem' }) as string, alg)
      : await importJWK({ ...jwk, ext: false }, alg)
  return { key: imported as CryptoKey, ...(typeof jwk?.kid === 'string' && { kid: jwk.kid }) }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  switch (asymmetricKeyType) {
    case 'rsa':
      if ((asymmetricKeyDetails?.modulusLength ?? 0) < 2048) throw new Error('it has fewer than 2048 bits')
      return 'RS256'
    case 'ed25519':
      return 'EdDSA'
    case 'ec': {
      const alg = CURVES[asymmetricKeyDetails?.namedCurve ?? '']
      if (alg !== undefined) return alg
    }
  }
  throw new Error('it is no key of RSA, Ed25519, P-256, P-384 or P-521')
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' }
