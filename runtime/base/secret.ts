import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { content, environment, type Problem } from './startup-error.ts'

/** Where a secret is: never in the configuration itself. */
export type SecretRef = { readonly env: string } | { readonly file: string }

export type Secret = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string }

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What paths are relative to: the folder of the configuration. */
  readonly folder: string
  readonly readFile?: (path: string) => string
}

/** The secret itself, without the line break that an editor leaves at the end of a file. An empty one is none. */
export function resolveSecret(secret: SecretRef, { env, folder, readFile = readText }: SecretSources): Secret {
  if ('env' in secret) {
    const value = env[secret.env]
    return value ? { ok: true, value } : { ok: false, message: `the environment has no \`${secret.env}\`` }
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
 * A secret that the configuration names, whose paths are absolute; else why there is none.
 *
 * @param what as messages call it
 * @param least characters that it must have
 */
export function readSecret(ref: SecretRef, what = 'the secret', least = 0): string | Problem {
  const secret = resolveSecret(ref, { env: process.env, folder: '' })
  if (!secret.ok) return environment(secret.message)
  const { value } = secret
  if (value.length >= least) return value
  return content(`${what} has ${value.length} characters, and ${least} are the least: a shorter one can be guessed`)
}

/** The same, of one that is needed now. Throws why there is none. */
export function requireSecret(ref: SecretRef): string {
  const secret = readSecret(ref)
  if (typeof secret !== 'string') throw new Error(secret.message)
  return secret
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}

/** What is kept of a secret of many random bits that somebody else has to show. */
export function secretDigest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** How long it takes tells nothing of either. */
export function isSecret(shown: string, digest: Buffer): boolean {
  return timingSafeEqual(secretDigest(shown), digest)
}
