import { constants, type KeyObject, verify } from 'node:crypto'
import type { JwsAlgorithm } from './compact-jws.ts'

/**
 * Whether the key, which is of the algorithm's family, made this signature (base64url) of this text (RFC 7518, section 3.1; RFC
 * 8037, section 3.1). By Node itself and at once: Web Crypto, as jose asks it, hands each signature to another thread and back,
 * which takes as much processor time again as verifying it.
 */
export function isSigned(alg: JwsAlgorithm, key: KeyObject, text: string, signature: string): boolean {
  try {
    return verify(digestOf(alg), Buffer.from(text), optionsOf(alg, key), Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

function digestOf(alg: JwsAlgorithm): string | null {
  return alg === 'EdDSA' ? null : `sha${alg.slice(2)}`
}

function optionsOf(alg: JwsAlgorithm, key: KeyObject): Parameters<typeof verify>[2] {
  if (alg.startsWith('ES')) return { key, dsaEncoding: 'ieee-p1363' }
  if (!alg.startsWith('PS')) return { key }
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}
