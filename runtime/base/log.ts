import { escapeControls } from '../abi/values/texts/text.ts'

export { escapeControls }

/** Log that operators of the proxy read. Messages are sentences. Text from requests must pass through `escapeControls` first. */
export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>
type Level = keyof Log

/**
 * Creates a log that writes lines such as `2026-03-02T09:00:00.000Z warn sentence key=value`. `clock` returns milliseconds
 * since 1970.
 */
export function createLog(write: (line: string) => void, clock: () => number = Date.now): Log {
  const say = (level: Level) => (message: string, fields?: LogFields) =>
    write(`${new Date(clock()).toISOString()} ${level} ${escapeControls(message)}${written(fields)}\n`)
  return { info: say('info'), warn: say('warn'), error: say('error') }
}

/** Returns a log that adds the given fields to each line that it writes to `log`. */
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
