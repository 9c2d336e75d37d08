import { resolve } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import { type ApiKeyFile, readApiKeyFile, renderApiKeyFile } from '../../runtime/identity/index.ts'
import { CliError } from '../cli-error.ts'
import type { Flag } from '../command.ts'
import type { Io } from '../io.ts'
import { readTextFile } from './read-file.ts'

export const KEY_FILE = {
  type: 'string',
  value: 'FILE',
  help: 'File of API keys: `keys.file` in the configuration (required)',
} as const satisfies Flag

const MAKE = '`iap key create` creates it with the first key'

/**
 * Returns the value of a flag that the command requires.
 *
 * @throws CliError if the flag is absent
 */
export function needed(command: string, name: string, flag: Flag, value: string | undefined): string {
  if (value !== undefined) return value
  throw new CliError(`\`iap ${command}\` needs \`--${name} ${flag.value}\``, `see \`iap ${command} --help\``)
}

export function readApiKeys(io: Io, path: string): ApiKeyFile {
  return parse(path, readTextFile(io, path, MAKE))
}

/**
 * Replaces the content of an API key file by the result of `change`, atomically.
 *
 * @param first the content if there is no file; if absent, the file must exist
 * @throws CliError if the file does not exist or cannot be written
 */
export function updateApiKeys(io: Io, path: string, change: (file: ApiKeyFile) => ApiKeyFile, first?: ApiKeyFile): void {
  try {
    io.files.update(resolve(io.cwd, path), (text) => {
      if (text === null && first === undefined) throw notThere(path)
      return renderApiKeyFile(change(text === null ? (first as ApiKeyFile) : parse(path, text)))
    })
  } catch (error) {
    if (error instanceof CliError) throw error
    const isLocked = (error as NodeJS.ErrnoException).code === 'EBUSY'
    const help = isLocked ? `if no other \`iap key\` is running, remove the stale lock \`${path}.lock\`` : null
    throw new CliError(`\`${path}\` cannot be written: ${reasonOf(error)}`, help)
  }
}

function parse(path: string, text: string): ApiKeyFile {
  const read = readApiKeyFile(text)
  if (!read.ok)
    throw new CliError(`the key file \`${path}\` ${read.message}`, 'nothing was changed: restore the file, or give another one')
  return read.file
}

function notThere(path: string): CliError {
  return new CliError(`\`${path}\` does not exist`, MAKE)
}
