import { join, relative } from 'node:path'
import type { Io } from '../io.ts'
import { reasonOf, Stop } from '../stop.ts'

/**
 * The text of a policy, or of a document that one names; null where there is none.
 *
 * @param root absolute; the name is relative to it
 * @throws `Stop` where it cannot be read, or is no file: a pipe, which an import can name, might never end
 */
export function readSource({ files, cwd }: Pick<Io, 'cwd' | 'files'>, root: string, name: string): string | null {
  const path = join(root, name)
  try {
    if (files.kind(path) === 'other') throw new Error('it is no file')
    return files.readText(path)
  } catch (error) {
    throw new Stop(`\`${relative(cwd, path)}\` cannot be read: ${reasonOf(error)}`)
  }
}
