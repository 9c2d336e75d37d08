import { parseDuration } from '../../runtime/base/units.ts'
import { CliError } from '../cli-error.ts'

/**
 * Parses `2026-03-02T09:00:00Z`, `2026-03-02` or an age such as `90m` to milliseconds since 1970. Returns null if the flag is
 * absent.
 *
 * @throws CliError if the text is none of these
 */
export function timeFlag(name: string, text: string | undefined, now: number): number | null {
  if (text === undefined) return null
  const ago = parseDuration(text)
  if (ago !== null) return now - ago
  const time = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(time))
    throw new CliError(
      `\`--${name}\` cannot be \`${text}\``,
      'write a time such as `2026-03-02T09:00:00Z`, a date, or an age such as `90m`',
    )
  return time
}
