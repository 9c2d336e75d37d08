import { ProjectError } from '../compiler/project/source-files.ts'
import { escapeControls } from '../runtime/base/log.ts'
import type { Output } from './io.ts'
import { paint } from './style.ts'

/** Thrown to end a command with exit code 2. The message is a sentence for the user, and `help` the advice. */
export class CliError extends Error {
  readonly help: string | null

  constructor(message: string, help: string | null = null) {
    super(message)
    this.name = 'CliError'
    this.help = help
  }
}

/** Writes the message and the help of a `CliError`, each on one line, as they quote operands. Rethrows other errors: bugs. */
export function writeCliError(output: Output, error: unknown): void {
  if (!(error instanceof CliError || error instanceof ProjectError)) throw error
  const { message, help } = error
  const style = paint(output)
  output.write(`${style.red('error')}: ${escapeControls(message)}\n`)
  if (help !== null) output.write(`  ${style.cyan('help')}: ${escapeControls(help)}\n`)
}
