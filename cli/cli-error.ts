import { ProjectError } from '../compiler/project/source-files.ts'
import type { Output } from './io.ts'
import { paint } from './style.ts'

/** Ends a command with exit code 2: a sentence for the user, and what to do. */
export class CliError extends Error {
  readonly help: string | null

  constructor(message: string, help: string | null = null) {
    super(message)
    this.name = 'CliError'
    this.help = help
  }
}

/** Writes the error and what to do; rethrows other errors, which are bugs. */
export function writeCliError(output: Output, error: unknown): void {
  if (!(error instanceof CliError || error instanceof ProjectError)) throw error
  const { message, help } = error
  const style = paint(output)
  output.write(`${style.red('error')}: ${message}\n`)
  if (help !== null) output.write(`  ${style.cyan('help')}: ${help}\n`)
}
