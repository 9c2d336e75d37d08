import { relative } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { count } from '../style.ts'

export interface Rewriting {
  /** Absolute path of the file. */
  readonly path: string
  readonly text: string
}

/**
 * Replaces the texts of files, each atomically.
 *
 * @throws CliError at the first file that cannot be written; later files are unchanged
 */
export function rewriteAll(io: Pick<Io, 'cwd' | 'files'>, files: readonly Rewriting[]): void {
  for (const [at, { path, text }] of files.entries()) {
    try {
      io.files.rewrite(path, text)
    } catch (error) {
      const before = at === 0 ? null : `${count(at, 'file')} before it ${at === 1 ? 'was' : 'were'} written`
      throw new CliError(`\`${relative(io.cwd, path)}\` cannot be written: ${reasonOf(error)}`, before)
    }
  }
}
