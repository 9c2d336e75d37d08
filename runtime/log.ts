/** What the proxy says to whoever runs it. Sentences; nothing of a request but what `escapeControls` has made harmless. */
export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>
type Level = keyof Log

/** One line an event: `2026-03-02T09:00:00.000Z warn sentence key=value`. `clock` in milliseconds since 1970. */
export function createLog(write: (line: string) => void, clock: () => number = Date.now): Log {
  const say = (level: Level) => (message: string, fields?: LogFields) =>
    write(`${new Date(clock()).toISOString()} ${level} ${escapeControls(message)}${written(fields)}\n`)
  return { info: say('info'), warn: say('warn'), error: say('error') }
}

/** The same log, whose lines say that of all of them. */
export function withFields(log: Log, common: LogFields): Log {
  return {
    info: (message, fields) => log.info(message, { ...fields, ...common }),
    warn: (message, fields) => log.warn(message, { ...fields, ...common }),
    error: (message, fields) => log.error(message, { ...fields, ...common }),
  }
}

function written(fields: LogFields = {}): string {
  return Object.entries(fields)
    .map(([key, value]) => ` ${key}=${plain.test(String(value)) ? value : escapeControls(JSON.stringify(value))}`)
    .join('')
}

const plain = /^[\w./:@+-]+$/

/**
 * A text that stays on its line and looks like what it is: control characters, what Unicode counts as the end of a line,
 * and what turns the direction of writing become `\u…`.
 */
export function escapeControls(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g
