import { resolve } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'

/**
 * Writes a text to the file that `--output` names.
 *
 * @throws CliError if the file would be read as a policy, or cannot be written
 */
export function writeOutput(io: Io, output: string, data: string | Uint8Array): void {
  if (output.endsWith('.iap'))
    throw new CliError(`\`${output}\` would be read as a policy`, 'choose a name that does not end in `.iap`')
  try {
    io.files.replace(resolve(io.cwd, output), data)
  } catch (error) {
    throw new CliError(`\`${output}\` cannot be written: ${reasonOf(error)}`)
  }
}
