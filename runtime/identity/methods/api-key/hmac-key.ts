import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/** Characters of the secret that keys are stored under. */
export const LEAST_HMAC_KEY = 32

export interface HmacKey {
  /** Told in the file of keys, so that a file and a secret that do not go together are noticed at once. */
  readonly fingerprint: string
  /** What is stored of a key (HMAC-SHA-256). */
  macOf(text: string): Buffer
}

/** A message where the secret is none to build on. */
export function readHmacKey(secret: string): HmacKey | string {
  if (secret.length < LEAST_HMAC_KEY)
    return `has ${secret.length} characters, and must have ${LEAST_HMAC_KEY}: it is what nobody may guess`
  const key = createSecretKey(secret, 'utf8')
  // No API key is such a text: they begin with their prefix.
  return { fingerprint: hmac(key, 'fingerprint').toString('base64url').slice(0, 16), macOf: (text) => hmac(key, text) }
}

function hmac(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
