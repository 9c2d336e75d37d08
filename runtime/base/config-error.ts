/** Names and indices that lead to a configuration value. */
export type ConfigPath = readonly (string | number)[]

/** The source of a configuration, for messages. */
export interface ConfigSource {
  readonly file: string
  /** Returns the position of a value or its nearest ancestor. */
  place(path: ConfigPath): ConfigPosition
}

/** From 1; columns in UTF-16 units. */
export interface ConfigPosition {
  readonly line: number
  readonly column: number
}

export interface ConfigError extends ConfigPosition {
  /** As passed to `loadConfig`. */
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

/** Quotes a text in backticks, on one line, up to 60 characters. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g
  return `\`${short.replace(unsafe, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\``
}
