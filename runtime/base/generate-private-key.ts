import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

/**
 * Generates a private key of the curve P-256.
 *
 * The key is generated as DER and read again, because Node 20 can block forever otherwise. The export of a key as a JWK locks the
 * key, and so does the garbage collector when it frees the generator of the same key meanwhile.
 *
 * @example
 * generatePrivateKey().export({ format: 'jwk' }).crv // 'P-256'
 */
export function generatePrivateKey(): KeyObject {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' })
}
