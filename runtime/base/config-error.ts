/** The names and indices that lead to a value of the configuration. */
export type ConfigPath = readonly (string | number)[]

/** Where the configuration was written, for messages about it. */
export interface ConfigSource {
  readonly file: string
  /** Of the value at a path, or of the nearest thing around it. */
  place(path: ConfigPath): ConfigPosition
}

/** Counted from 1; columns in UTF-16 units. */
export interface ConfigPosition {
  readonly line: number
  readonly column: number
}

/** One mistake in a configuration. */
export interface ConfigError extends ConfigPosition {
  /** As it was given to `loadConfig`. */
  readonly file: string
  /** What is wrong, what is expected, and what was probably meant: lower case, no full stop. */
  readonly message: string
}

/** `iap.yaml:3:5: …` */
export function renderConfigError({ file, line, column, message }: ConfigError): string {
  return `${file}:${line}:${column}: ${message}`
}

export function byPlace(a: ConfigPosition, b: ConfigPosition): number {
  return a.line - b.line || a.column - b.column
}

/** `identities.staff.algorithms[0]` */
export function renderPath(path: ConfigPath): string {
  return path.reduce<string>((before, step) => {
    if (/^\d+$/.test(String(step))) return `${before}[${step}]`
    return before === '' ? String(step) : `${before}.${step}`
  }, '')
}

/** Of a text in the file: in backticks, on one line, at most 60 characters. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g
  return `\`${short.replace(unsafe, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\``
}
