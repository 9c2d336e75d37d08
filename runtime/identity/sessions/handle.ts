import { hash, randomBytes } from 'node:crypto'

/** Returns 256 random bits in base64url. */
export function newHandle(): string {
  return randomBytes(32).toString('base64url')
}

export function isHandle(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

/** Returns the store key for secret texts. The store's reader cannot derive them. `kind`: what is stored. */
export function storeKey(kind: string, ...texts: readonly string[]): string {
  return `${kind}:${digestOf(texts.join('\n'))}`
}

export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url')
}
