import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/** Minimum length of the secret for MACs, in characters. */
export const LEAST_HMAC_KEY = 32

export interface HmacKey {
  /** Fingerprint of the secret, stored in the key file to detect a secret that does not belong to the file. */
  readonly fingerprint: string
  /** Returns the MAC of an API key (HMAC-SHA-256), as stored. */
  macOf(text: string): Buffer
}

export function readHmacKey(secret: string): HmacKey | string {
  if (secret.length < LEAST_HMAC_KEY)
    return `has ${secret.length} characters, and needs at least ${LEAST_HMAC_KEY}: a shorter one can be guessed`
  const key = createSecretKey(secret, 'utf8')
  // Cannot collide with an API key, which has a prefix.
  return { fingerprint: hmac(key, 'fingerprint').toString('base64url').slice(0, 16), macOf: (text) => hmac(key, text) }
}

function hmac(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
