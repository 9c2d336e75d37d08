import { type ConfigPath, type ConfigSource, renderConfigError } from './config-error.ts'

/** A reason why the proxy does not start. */
export interface Problem {
  /** Cause of the problem. `content`: input is invalid. `environment`: a file or address cannot be read, written or bound. */
  readonly fault: 'content' | 'environment'
  /** Sentence that explains the problem. */
  readonly message: string
}

export function content(message: string): Problem {
  return { fault: 'content', message }
}

export function environment(message: string): Problem {
  return { fault: 'environment', message }
}

/** Returns a problem with the file, line and column of a configuration value in front of its message. */
export function problemAt(source: ConfigSource, path: ConfigPath, { fault, message }: Problem): Problem {
  return { fault, message: renderConfigError({ file: source.file, ...source.place(path), message }) }
}

/** Returns the exit code of `run`: 0 without problems, 2 if any has the fault `environment`, otherwise 1. */
export function exitCodeOf(problems: readonly Problem[]): 0 | 1 | 2 {
  if (problems.length === 0) return 0
  return problems.some(({ fault }) => fault === 'environment') ? 2 : 1
}

/** Error with all reasons why the proxy does not start. */
export class StartupError extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join('\n'))
    this.name = 'StartupError'
    this.problems = problems
  }
}
