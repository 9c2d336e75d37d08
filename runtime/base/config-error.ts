/** Path of a configuration value: the names and indices that lead to it. */
export type ConfigPath = readonly (string | number)[]

/** A configuration file in which error messages can name the position of a value. */
export interface ConfigSource {
  readonly file: string
  /**
   * Returns the position of the value at a path. If the value is missing, returns the position of its nearest parent that is
   * present.
   */
  place(path: ConfigPath): ConfigPosition
}

/** A position in a configuration file. Lines and columns count from 1, columns in UTF-16 code units. */
export interface ConfigPosition {
  readonly line: number
  readonly column: number
}

export interface ConfigError extends ConfigPosition {
  /** Path of the file, as passed to `loadConfig`. */
  readonly file: string
  /** Message that tells what is wrong, what is expected and what was probably meant; in lower case and without a full stop. */
  readonly message: string
  /** For an unknown key, the known key that was probably meant. */
  readonly meant?: string
}

/** Formats an error as one line, such as `iap.yaml:3:5: …`. */
export function renderConfigError({ file, line, column, message }: ConfigError): string {
  return `${file}:${line}:${column}: ${message}`
}

export function byPlace(a: ConfigPosition, b: ConfigPosition): number {
  return a.line - b.line || a.column - b.column
}

/** Formats the path of a configuration value for messages, such as `identities.staff.algorithms[0]`. */
export function renderPath(path: ConfigPath): string {
  return path.reduce<string>((before, step) => {
    if (/^\d+$/.test(String(step))) return `${before}[${step}]`
    return before === '' ? String(step) : `${before}.${step}`
  }, '')
}

/** Quotes a text in backticks, on one line, cut to 60 characters. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g
  return `\`${short.replace(unsafe, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\``
}
