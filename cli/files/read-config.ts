import { resolve } from 'node:path'
import { type ConfigError, renderConfigError } from '../../runtime/base/config-error.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import type { Io } from '../io.ts'
import { Stop } from '../stop.ts'
import { count, paint } from '../style.ts'

export const CONFIG = {
  type: 'string',
  short: 'c',
  value: 'FILE',
  help: 'the configuration (YAML); iap.yaml where left out',
} as const

/** The text of a configuration. Throws `Stop`. */
export function readConfig(io: Io, file: string): string {
  let text: string | null
  try {
    text = io.files.readText(resolve(io.cwd, file))
  } catch (error) {
    throw new Stop(`the configuration \`${file}\` cannot be read: ${reasonOf(error)}`)
  }
  if (text === null)
    throw new Stop(`the configuration \`${file}\` does not exist`, 'name it with `--config FILE`; `iap init` makes a project')
  return text
}

export function writeMistakes(io: Io, file: string, errors: readonly ConfigError[]): void {
  writeSentences(io, errors.map(renderConfigError), `${count(errors.length, 'mistake')} in ${file}`)
}

/** A sentence a line, a summary last. */
export function writeSentences(io: Io, sentences: readonly string[], summary: string): void {
  for (const sentence of sentences) io.stderr.write(`${sentence}\n`)
  io.stderr.write(`${paint(io.stderr).red('✗')} ${summary}\n`)
}
