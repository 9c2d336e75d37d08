import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * `iapk_ID_SECRETCHECK`: the prefix is for secret scanners, the ID is public and names the key in lists and files, 43 base62
 * characters hold 256 random bits, and the checksum (CRC-32) detects mistyped keys without a lookup. Letters, digits and `_`
 * only: a double click selects it.
 */
const KEY = /^iapk_([0-9A-Za-z]{16})_[0-9A-Za-z]{49}$/

export const KEY_PREFIX = 'iapk_'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ID = 16
const SECRET = 43
const CHECK = 6

export interface NewKey {
  readonly id: string
  /** Complete text of the key, which is never stored. */
  readonly text: string
}

export function createKey(): NewKey {
  const id = randomDigits(ID)
  const body = `${KEY_PREFIX}${id}_${randomDigits(SECRET)}`
  return { id, text: body + checkOf(body) }
}

export function readKeyId(text: string): string | null {
  const id = KEY.exec(text)?.[1]
  if (id === undefined) return null
  return text.endsWith(checkOf(text.slice(0, -CHECK))) ? id : null
}

export function isKeyId(text: string): boolean {
  return /^[0-9A-Za-z]{16}$/.test(text)
}

function randomDigits(count: number): string {
  return Array.from({ length: count }, () => DIGITS[randomInt(DIGITS.length)]).join('')
}

/** Returns the checksum of a key: 32 bits as six base62 digits. */
function checkOf(text: string): string {
  let rest = crc32(text)
  let check = ''
  for (let i = 0; i < CHECK; i++) {
    check = DIGITS[rest % DIGITS.length] + check
    rest = Math.floor(rest / DIGITS.length)
  }
  return check
}
