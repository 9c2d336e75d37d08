import { readRegular } from '../base/files/read-regular.ts'
import { content, environment, type Problem } from '../base/startup-error.ts'
import { type PublicKey, readPublicKeys } from '../policy/index.ts'
import type { BundleConfig } from './config/config.ts'

export interface KeysRead {
  readonly keys: readonly PublicKey[]
  /** Problems with the key files: one for each file without a valid key. */
  readonly problems: readonly Problem[]
}

/** Returns a problem if there are fewer keys than required signatures, else `null`. */
export function tooFewKeys(bundle: BundleConfig | null, keys: readonly PublicKey[]): Problem | null {
  const different = new Set(keys.map(({ kid }) => kid)).size
  if (bundle === null || different === 0 || bundle.signatures <= different) return null
  return content(`\`bundle.signatures\` is ${bundle.signatures}, but \`bundle.keys\` has only ${different}`)
}

export async function readKeys(files: readonly string[]): Promise<KeysRead> {
  const keys: PublicKey[] = []
  const problems: Problem[] = []
  for (const file of files) {
    try {
      const read = readPublicKeys((await readRegular(file)).toString())
      if (read.ok) keys.push(...read.keys)
      else problems.push(content(`key file \`${file}\`: ${read.message}`))
    } catch (error) {
      problems.push(environment(`key file \`${file}\` cannot be read: ${(error as Error).message}`))
    }
  }
  return { keys, problems }
}
