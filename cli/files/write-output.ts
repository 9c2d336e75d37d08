import { resolve } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'

/** A file that a command reads or writes, with the flag that names it; for an operand, the text "the operand". */
export interface NamedFile {
  readonly path: string
  readonly by: string
}

/**
 * Checks the names of all outputs, before anything is written.
 *
 * @throws CliError if an output would be read as a policy, or replace an input or another output
 */
export function checkOutputs(
  io: Pick<Io, 'cwd' | 'files'>,
  outputs: readonly NamedFile[],
  inputs: readonly NamedFile[] = [],
): void {
  const real = (path: string) => io.files.realPath(resolve(io.cwd, path))
  const taken = new Map(inputs.map(({ path, by }) => [real(path), by]))
  for (const { path, by } of outputs) {
    refusePolicyName(path)
    const other = taken.get(real(path))
    if (other === by) throw new CliError(`\`${by}\` names \`${path}\` twice`, 'give each output a file of its own')
    if (other !== undefined)
      throw new CliError(`\`${by}\` names \`${path}\`, as does ${quoted(other)}`, 'give each output a file of its own')
    taken.set(real(path), by)
  }
}

function quoted(by: string): string {
  return by.startsWith('-') ? `\`${by}\`` : by
}

function refusePolicyName(path: string): void {
  if (path.endsWith('.iap'))
    throw new CliError(`\`${path}\` would be read as a policy`, 'choose a name that does not end in `.iap`')
}

/**
 * Writes a text to the file that `--output` names.
 *
 * @throws CliError if the file would be read as a policy, or cannot be written
 */
export function writeOutput(io: Io, output: string, data: string | Uint8Array): void {
  refusePolicyName(output)
  try {
    io.files.replace(resolve(io.cwd, output), data)
  } catch (error) {
    throw new CliError(`\`${output}\` cannot be written: ${reasonOf(error)}`)
  }
}
