import { ProjectError } from '../compiler/project/source-files.ts'
import type { Output } from './io.ts'
import { paint } from './style.ts'

/** Ends a command that cannot be carried out: a sentence for the person, what to do about it, exit code 2. */
export class CliError extends Error {
  readonly help: string | null

  constructor(message: string, help: string | null = null) {
    super(message)
    this.name = 'CliError'
    this.help = help
  }
}

/** Writes why a command cannot be carried out, and what to do. Other errors are ours: they are thrown again. */
export function writeCliError(output: Output, error: unknown): void {
  if (!(error instanceof CliError || error instanceof ProjectError)) throw error
  const { message, help } = error
  const style = paint(output)
  output.write(`${style.red('error')}: ${message}\n`)
  if (help !== null) output.write(`  ${style.cyan('help')}: ${help}\n`)
}
