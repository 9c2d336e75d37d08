import { hash, randomBytes } from 'node:crypto'

/** 256 random bits, base64url. */
export function newHandle(): string {
  return randomBytes(32).toString('base64url')
}

export function isHandle(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

/** Under which the store keeps what a secret text leads to: who reads the store cannot say the text. `kind`: what is kept. */
export function storeKey(kind: string, ...texts: readonly string[]): string {
  return `${kind}:${digestOf(texts.join('\n'))}`
}

export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url')
}
