import { type ConfigError, renderConfigError } from '../../runtime/base/config-error.ts'
import type { Flag } from '../command.ts'
import type { Io } from '../io.ts'
import { count, paint } from '../style.ts'
import { readTextFile, requireRegular } from './read-file.ts'

export const CONFIG = {
  type: 'string',
  short: 'c',
  value: 'FILE',
  help: 'Configuration in YAML (default: iap.yaml)',
} as const satisfies Flag

export const INSECURE_HTTP_ISSUER = {
  type: 'boolean',
  help: 'Allow http: URLs for issuers on other machines',
} as const satisfies Flag

/**
 * Returns the text of a configuration file.
 *
 * @throws CliError if the file cannot be read, or is a pipe or a device
 */
export function readConfig(io: Io, file: string): string {
  requireRegular(io, file)
  return readTextFile(
    io,
    file,
    'give another file with `--config FILE`, or create a project with `iap init`',
    `the configuration \`${file}\``,
  )
}

export function writeMistakes(io: Io, file: string, errors: readonly ConfigError[]): void {
  writeSentences(io, errors.map(renderConfigError), `${count(errors.length, 'error')} in ${file}`)
}

/** Writes error messages to the error output, one per line, then a summary of them. */
export function writeSentences(io: Io, sentences: readonly string[], summary: string): void {
  for (const sentence of sentences) io.stderr.write(`${sentence}\n`)
  io.stderr.write(`${paint(io.stderr).red('✗')} ${summary}\n`)
}
