import type { Place } from '../server/config/config.ts'

/** One mistake in a configuration. */
export interface ConfigError extends Place {
  /** As it was given to `loadConfig`. */
  readonly file: string
  /** What is wrong, what is expected, and what was probably meant: lower case, no full stop. */
  readonly message: string
}

/** `iap.yaml:3:5: …` */
export function renderConfigError({ file, line, column, message }: ConfigError): string {
  return `${file}:${line}:${column}: ${message}`
}

export function byPlace(a: Place, b: Place): number {
  return a.line - b.line || a.column - b.column
}
