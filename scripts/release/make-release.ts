import type { KeyObject } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { signFolder } from './checksums.ts'
import { parts } from './parts.ts'

export interface ReleaseOptions {
  /** Folder of the checkout, in which `npm run build` has run. */
  readonly root: string
  /** An empty folder, or one that is not there. */
  readonly folder: string
  /** An Ed25519 private key. */
  readonly key: KeyObject
  /** Names of {@link parts}; all if absent. */
  readonly only?: readonly string[]
  /** Called with the name of each part before it is made. */
  readonly progress?: (name: string) => void
}

/**
 * Writes a release into a folder: its parts, their checksums, and the signature of these.
 *
 * @throws `Error` if the folder is not empty, or a part cannot be made. Then the folder has no checksums, and does not verify.
 */
export async function makeRelease({ root, folder, key, only, progress }: ReleaseOptions): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0) throw new Error(`\`${folder}\` is not empty: name an empty folder`)
  for (const [name, make] of Object.entries(parts)) {
    if (only !== undefined && !only.includes(name)) continue
    progress?.(name)
    await make({ root, folder, version })
  }
  signFolder(folder, key)
}
