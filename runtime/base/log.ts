import { escapeControls } from '../abi/values/texts/text.ts'

export { escapeControls }

/** The operator's log. Sentences; request data only after `escapeControls`. */
export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>
type Level = keyof Log

/** Writes lines such as `2026-03-02T09:00:00.000Z warn sentence key=value`. `clock` in milliseconds since 1970. */
export function createLog(write: (line: string) => void, clock: () => number = Date.now): Log {
  const say = (level: Level) => (message: string, fields?: LogFields) =>
    write(`${new Date(clock()).toISOString()} ${level} ${escapeControls(message)}${written(fields)}\n`)
  return { info: say('info'), warn: say('warn'), error: say('error') }
}

/** Adds fields to all lines. */
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
