import { mkdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { readRegularText } from '../../base/files/read-regular.ts'
import { replaceFile } from '../../base/files/replace-file.ts'
import { isString, shapeOf } from '../../base/values.ts'

/**
 * A stored signing key: a private JWK (RFC 7517, EC P-256) and the time at which it begins to sign, in milliseconds since 1970.
 */
export interface StoredKey {
  readonly from: number
  readonly jwk: { readonly kty: string; readonly crv: string; readonly x: string; readonly y: string; readonly d: string }
}

/** Error for an unusable folder of signing keys. The proxy must not start. */
export class AssertionStateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'AssertionStateError'
  }
}

export interface KeyFile {
  /**
   * Returns the stored keys; empty if the file does not exist.
   *
   * @throws AssertionStateError if the file is unreadable; such a file is never overwritten
   */
  read(): readonly StoredKey[]
  /**
   * Replaces the file atomically: writes a temporary file beside it, flushes and renames it.
   *
   * @throws errors of the file system
   */
  write(keys: readonly StoredKey[]): void
}

/** Opens the file `assertion-keys.json` in a folder, which is created if it is missing. Only the owner can read the file. */
export function openKeyFile(folder: string): KeyFile {
  const file = join(folder, 'assertion-keys.json')

  function read(): readonly StoredKey[] {
    let text: string
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      text = readRegularText(file, (found) => refuseShared(file, found))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      if (error instanceof AssertionStateError) throw error
      throw new AssertionStateError(`the signing keys \`${file}\` cannot be read: ${(error as Error).message}`)
    }
    const keys = parse(text)
    if (keys === null)
      throw new AssertionStateError(`\`${file}\` does not contain signing keys: restore it, or delete it to create new ones`)
    return keys
  }

  function write(keys: readonly StoredKey[]): void {
    replaceFile(file, `${JSON.stringify({ keys }, null, 2)}\n`)
  }

  return { read, write }
}

/** Keys that other users can read are no secret, and another owner could have chosen them. */
function refuseShared(file: string, { mode, uid }: Stats): void {
  if ((mode & 0o077) !== 0 && process.platform !== 'win32')
    throw new AssertionStateError(
      `other users can read the signing keys \`${file}\`: run \`chmod 600\` on it, or delete it to create new ones`,
    )
  if (process.geteuid !== undefined && uid !== process.geteuid())
    throw new AssertionStateError(
      `the signing keys \`${file}\` belong to another user: run as that user, or delete the file to create new ones`,
    )
}

function parse(text: string): readonly StoredKey[] | null {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown }
    return Array.isArray(keys) && keys.every(isStoredKey) ? keys : null
  } catch {
    return null
  }
}

const isStoredKey = shapeOf({
  from: Number.isFinite,
  jwk: shapeOf({ kty: (kty) => kty === 'EC', crv: (crv) => crv === 'P-256', x: isString, y: isString, d: isString }),
})
