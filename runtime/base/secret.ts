import { createHash, timingSafeEqual } from 'node:crypto'
import { resolve } from 'node:path'
import { readRegularText } from './files/read-regular.ts'
import { content, environment, type Problem } from './startup-error.ts'

/** Place of a secret, which is never in the configuration itself: an environment variable or a file. */
export type SecretRef = { readonly env: string } | { readonly file: string }

export type Secret = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string }

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder of the configuration, to which relative paths refer. */
  readonly folder: string
  readonly readFile?: (path: string) => string
}

/**
 * Reads a secret from its environment variable or file. A final line break of the file is removed. An empty or missing secret is
 * an error.
 */
export function resolveSecret(secret: SecretRef, { env, folder, readFile = readRegularText }: SecretSources): Secret {
  if ('env' in secret) {
    // A name such as `constructor` must not find what all objects inherit.
    const value = Object.hasOwn(env, secret.env) ? env[secret.env] : undefined
    return value ? { ok: true, value } : { ok: false, message: `the environment variable \`${secret.env}\` is not set, or empty` }
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
 * Returns the value of a secret whose file, if any, has an absolute path. Returns a problem if the secret is unavailable or too
 * short.
 *
 * @param what name of the secret in messages
 * @param least minimum length in characters
 */
export function readSecret(ref: SecretRef, what = 'the secret', least = 0): string | Problem {
  const secret = resolveSecret(ref, { env: process.env, folder: '' })
  if (!secret.ok) return environment(secret.message)
  const { value } = secret
  if (value.length >= least) return value
  return content(`${what} has ${value.length} characters, and needs at least ${least}: a shorter one can be guessed`)
}

/**
 * Returns the value of a secret whose file, if any, has an absolute path.
 *
 * @throws the problem as an error if the secret is unavailable
 */
export function requireSecret(ref: SecretRef): string {
  const secret = readSecret(ref)
  if (typeof secret !== 'string') throw new Error(secret.message)
  return secret
}

/** Returns the SHA-256 digest of a random secret, so that the secret itself need not be stored. */
export function secretDigest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Returns whether a text is the secret that has the given digest. The comparison takes constant time. */
export function isSecret(shown: string, digest: Buffer): boolean {
  return timingSafeEqual(secretDigest(shown), digest)
}
