import { readFile } from 'node:fs/promises'
import { type PublicKey, readPublicKeys } from './policy/index.ts'
import { content, environment, type Problem } from './startup-error.ts'

export interface KeysRead {
  readonly keys: readonly PublicKey[]
  /** One for each file that holds none. */
  readonly problems: readonly Problem[]
}

/** The keys of those who may sign bundles, from the files that the configuration names. */
export async function readKeys(files: readonly string[]): Promise<KeysRead> {
  const keys: PublicKey[] = []
  const problems: Problem[] = []
  for (const file of files) {
    try {
      const read = readPublicKeys(await readFile(file, 'utf8'))
      if (read.ok) keys.push(...read.keys)
      else problems.push(content(`key file \`${file}\`: ${read.message}`))
    } catch (error) {
      problems.push(environment(`key file \`${file}\` cannot be read: ${(error as Error).message}`))
    }
  }
  return { keys, problems }
}
