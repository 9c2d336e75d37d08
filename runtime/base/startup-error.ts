import { type ConfigPath, type ConfigSource, renderConfigError } from './config-error.ts'

/** A reason why the proxy does not start. */
export interface Problem {
  /** `content`: invalid input. `environment`: not readable, writable or bindable. */
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

/** Locates a problem in the configuration. */
export function problemAt(source: ConfigSource, path: ConfigPath, { fault, message }: Problem): Problem {
  return { fault, message: renderConfigError({ file: source.file, ...source.place(path), message }) }
}

/** Exit codes of `run`: 1, invalid; 2, unknown. */
export function exitCodeOf(problems: readonly Problem[]): 0 | 1 | 2 {
  if (problems.length === 0) return 0
  return problems.some(({ fault }) => fault === 'environment') ? 2 : 1
}

/** Thrown with all reasons why the proxy does not start. */
export class StartupError extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join('\n'))
    this.name = 'StartupError'
    this.problems = problems
  }
}
