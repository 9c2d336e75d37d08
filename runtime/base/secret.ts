import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { content, environment, type Problem } from './startup-error.ts'

/** Where a secret is; never in the configuration itself. */
export type SecretRef = { readonly env: string } | { readonly file: string }

export type Secret = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string }

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The configuration's folder, the base of relative paths. */
  readonly folder: string
  readonly readFile?: (path: string) => string
}

/** Reads a secret without a final line break. An empty one is an error. */
export function resolveSecret(secret: SecretRef, { env, folder, readFile = readText }: SecretSources): Secret {
  if ('env' in secret) {
    const value = env[secret.env]
    return value ? { ok: true, value } : { ok: false, message: `the environment does not set \`${secret.env}\`` }
  }
  const path = resolve(folder, secret.file)
  let text: string
  try {
    text = readFile(path)
  } catch (error) {
    return { ok: false, message: `the secret \`${path}\` cannot be read: ${(error as Error).message}` }
  }
  const value = text.replace(/\r?\n$/, '')
  return value === '' ? { ok: false, message: `the secret \`${path}\` is empty` } : { ok: true, value }
}

/**
 * Reads a configured secret (absolute paths), or returns the problem.
 *
 * @param what its name in messages
 * @param least minimum characters
 */
export function readSecret(ref: SecretRef, what = 'the secret', least = 0): string | Problem {
  const secret = resolveSecret(ref, { env: process.env, folder: '' })
  if (!secret.ok) return environment(secret.message)
  const { value } = secret
  if (value.length >= least) return value
  return content(`${what} has ${value.length} characters, and needs at least ${least}: a shorter one can be guessed`)
}

/** The same; throws the problem. */
export function requireSecret(ref: SecretRef): string {
  const secret = readSecret(ref)
  if (typeof secret !== 'string') throw new Error(secret.message)
  return secret
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}

/** Returns the stored digest of a random secret. */
export function secretDigest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Takes constant time. */
export function isSecret(shown: string, digest: Buffer): boolean {
  return timingSafeEqual(secretDigest(shown), digest)
}
