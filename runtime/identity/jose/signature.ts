import { constants, type KeyObject, type SignKeyObjectInput, sign, verify } from 'node:crypto'
import type { JwsAlgorithm } from './algorithms.ts'

/**
 * Returns whether a base64url signature is valid (RFC 7518, section 3.1; RFC 8037, section 3.1). The key must have the
 * algorithm's type. The function is synchronous because Web Crypto moves each signature to a thread and back, which doubles the
 * processor time.
 */
export function isSigned(alg: JwsAlgorithm, key: KeyObject, text: string, signature: string): boolean {
  try {
    return verify(digestOf(alg), Buffer.from(text), optionsOf(alg, key), Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

/** Returns a JWS in compact form (RFC 7515, section 7.1). The private key must have the algorithm's type. */
export function signCompact(
  header: { readonly alg: JwsAlgorithm; readonly typ: string; readonly kid?: string },
  payload: object,
  key: KeyObject,
): string {
  const input = `${encode(header)}.${encode(payload)}`
  const { alg } = header
  return `${input}.${sign(digestOf(alg), Buffer.from(input), optionsOf(alg, key)).toString('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function digestOf(alg: JwsAlgorithm): string | null {
  return alg === 'EdDSA' ? null : `sha${alg.slice(2)}`
}

function optionsOf(alg: JwsAlgorithm, key: KeyObject): SignKeyObjectInput {
  if (alg.startsWith('ES')) return { key, dsaEncoding: 'ieee-p1363' }
  if (!alg.startsWith('PS')) return { key }
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}
