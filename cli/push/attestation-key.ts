import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { CliError } from '../cli-error.ts'
import type { KeyText } from '../files/keys.ts'

/** Signs as cosign verifies: Ed25519 (RFC 8032), or ECDSA with P-256 and SHA-256 as ASN.1 DER. */
export type AttestationSigner = (bytes: Uint8Array) => Buffer

/**
 * Returns a signer for a private key: a JWK, or PEM (PKCS #8, SEC 1).
 *
 * @throws CliError if it is not a private key of Ed25519 or P-256
 */
export function attestationSigner({ text, shown }: KeyText): AttestationSigner {
  const help = 'give a key that `iap keygen` created, or one of P-256 in PEM'
  // The formats of cosign's own key files.
  if (/-----BEGIN ENCRYPTED (?:SIGSTORE |COSIGN )?PRIVATE KEY-----/.test(text))
    throw new CliError(`${shown} cannot sign: the private key is encrypted`, help)
  let key: KeyObject
  try {
    key = createPrivateKey(text.includes('-----BEGIN') ? { key: text } : { key: JSON.parse(text), format: 'jwk' })
  } catch {
    throw new CliError(`${shown} cannot sign: it is not a private key, a JWK or PEM`, help)
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'ed25519') return (bytes) => sign(null, bytes, key)
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return (bytes) => sign('sha256', bytes, key)
  const found = [type, details?.namedCurve].filter((part) => part !== undefined).join(' ')
  throw new CliError(`${shown} cannot sign: attestations are signed with Ed25519 or P-256, and this key is ${found}`, help)
}
