import { type ConfigPath, type ConfigSource, renderConfigError } from './config-error.ts'

/** One reason why the proxy does not start. */
export interface Problem {
  /** `content`: something was read and is wrong. `environment`: it could not be read, written or listened on. */
  readonly fault: 'content' | 'environment'
  /** One sentence. */
  readonly message: string
}

export function content(message: string): Problem {
  return { fault: 'content', message }
}

export function environment(message: string): Problem {
  return { fault: 'environment', message }
}

/** The problem of a value of the configuration, with its place there. */
export function problemAt(source: ConfigSource, path: ConfigPath, { fault, message }: Problem): Problem {
  return { fault, message: renderConfigError({ file: source.file, ...source.place(path), message }) }
}

/** Exit codes of `run` (cli): 1, the answer is no; 2, it could not be found out. */
export function exitCodeOf(problems: readonly Problem[]): 0 | 1 | 2 {
  if (problems.length === 0) return 0
  return problems.some(({ fault }) => fault === 'environment') ? 2 : 1
}

/** The proxy does not start, and why: all the reasons that could be found. */
export class StartupError extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join('\n'))
    this.name = 'StartupError'
    this.problems = problems
  }
}
