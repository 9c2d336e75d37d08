import { hash, randomBytes } from 'node:crypto'

/** Returns a new session handle: 256 random bits in base64url. */
export function newHandle(): string {
  return randomBytes(32).toString('base64url')
}

export function isHandle(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

/**
 * Returns the key under which the store holds an entry that secret texts identify: its kind and a digest of the texts. A reader
 * of the store cannot derive the texts from the key.
 */
export function storeKey(kind: string, ...texts: readonly string[]): string {
  return `${kind}:${digestOf(texts.join('\n'))}`
}

export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url')
}
