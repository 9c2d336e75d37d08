import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * An API key as its holder has it: `iapk_ID_SECRETCHECK`. The prefix is what scanners for secrets look for; the id names the key
 * in lists and in the file, and is no secret; 43 characters of base62 hold 256 random bits; the checksum (CRC-32 of all before
 * it) tells a mistyped key, and what only looks like one, without looking anything up. All of it is letters, digits and `_`, so
 * that two clicks mark it whole.
 */
const KEY = /^iapk_([0-9A-Za-z]{16})_[0-9A-Za-z]{49}$/

export const KEY_PREFIX = 'iapk_'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ID = 16
const SECRET = 43
const CHECK = 6

export interface NewKey {
  readonly id: string
  /** All of it, which nothing keeps. */
  readonly text: string
}

export function createKey(): NewKey {
  const id = randomDigits(ID)
  const body = `${KEY_PREFIX}${id}_${randomDigits(SECRET)}`
  return { id, text: body + checkOf(body) }
}

/** The id of a key; null where the text is none. */
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

/** Six digits hold any 32 bits. */
function checkOf(text: string): string {
  let rest = crc32(text)
  let check = ''
  for (let i = 0; i < CHECK; i++) {
    check = DIGITS[rest % DIGITS.length] + check
    rest = Math.floor(rest / DIGITS.length)
  }
  return check
}
