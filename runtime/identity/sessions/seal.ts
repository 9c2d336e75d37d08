import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/** Format of a sealed text: format, key ID, salt, encrypted text, GCM tag. The constants below are sizes in bytes. */
const FORM = 1
const ID = 4
const SALT = 32
const TAG = 16
const HEAD = 1 + ID + SALT

const MAC = 16

export const MIN_SECRET = 32

interface RingKey {
  readonly id: Buffer
  readonly secret: Buffer
}

/**
 * A set of keys that encrypts and authenticates stored data (AES-256-GCM), so that the store can neither read nor forge them. The
 * first key encrypts, and all keys decrypt. To rotate keys, prepend a new key and remove the old one when no data encrypted by it
 * remains. Each text has its own key and nonce, derived from a random salt (HKDF, RFC 5869), so none is used twice.
 */
export class KeyRing {
  readonly #keys: readonly RingKey[]

  /**
   * Creates the keys from their secrets.
   *
   * @param secrets secrets of the keys, at least one
   */
  constructor(secrets: readonly string[]) {
    if (secrets.length === 0) throw new Error('a key ring needs at least one key: add one to `sessions.keys`')
    this.#keys = secrets.map((secret) => ({ id: idOf(secret), secret: Buffer.from(secret) }))
  }

  /**
   * Encrypts a text with the first key, and returns the result in base64url.
   *
   * @param where name of the place that stores the result; `open` decrypts it for the same place only
   */
  seal(text: string, where: string): string {
    const { id, secret } = this.#keys[0] as RingKey
    const head = Buffer.concat([Buffer.of(FORM), id, randomBytes(SALT)])
    const { key, nonce } = derive(secret, head.subarray(1 + ID))
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aadOf(head, where))
    return Buffer.concat([head, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
  }

  /**
   * Returns whether the first key encrypted a text, according to its header. Other texts must be encrypted again before their key
   * is removed.
   */
  isCurrent(sealed: string): boolean {
    const { id } = this.#keys[0] as RingKey
    return Buffer.from(sealed, 'base64url')
      .subarray(1, 1 + ID)
      .equals(id)
  }

  /**
   * Returns a MAC of a text in base64url, made with the first key (HMAC-SHA-256 truncated to 128 bits; RFC 2104, section 5).
   */
  mac(text: string, where: string): string {
    const { secret } = this.#keys[0] as RingKey
    return macOf(secret, text, where).toString('base64url')
  }

  /** Returns whether `mac` is a MAC that one of the keys made for this text and place. */
  hasMac(mac: string, text: string, where: string): boolean {
    const bytes = Buffer.from(mac, 'base64url')
    return bytes.length === MAC && this.#keys.some(({ secret }) => timingSafeEqual(macOf(secret, text, where), bytes))
  }

  /** Decrypts a text that `seal` made. Returns `null` unless one of the keys encrypted it for the same place. */
  open(sealed: string, where: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length < HEAD + TAG || bytes[0] !== FORM) return null
    const head = bytes.subarray(0, HEAD)
    const id = head.subarray(1, 1 + ID)
    for (const known of this.#keys) {
      if (!known.id.equals(id)) continue
      const { key, nonce } = derive(known.secret, head.subarray(1 + ID))
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
        .setAAD(aadOf(head, where))
        .setAuthTag(bytes.subarray(-TAG))
      try {
        return decipher.update(bytes.subarray(HEAD, -TAG), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        // Two keys may share an ID.
      }
    }
    return null
  }
}

export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

function idOf(secret: string): Buffer {
  return createHash('sha256').update(`iap session key id\n${secret}`).digest().subarray(0, ID)
}

function derive(secret: Buffer, salt: Buffer): { readonly key: Buffer; readonly nonce: Buffer } {
  const made = Buffer.from(hkdfSync('sha256', secret, salt, 'iap session state', 44))
  return { key: made.subarray(0, 32), nonce: made.subarray(32) }
}

function macOf(secret: Buffer, text: string, where: string): Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'iap session mac', 32))
  return createHmac('sha256', key).update(`${where}\n${text}`).digest().subarray(0, MAC)
}

function aadOf(head: Buffer, where: string): Buffer {
  return Buffer.concat([head, Buffer.from(where)])
}
