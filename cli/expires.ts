import { expiryText } from '../runtime/abi/index.ts'
import { parseTimestamp } from '../runtime/abi/values/times/timestamp.ts'
import { parseDuration } from '../runtime/base/units.ts'
import { CliError } from './cli-error.ts'

/**
 * Converts the value of `--expires`, a time or a duration from `now` (milliseconds since 1970), to the manifest's notation.
 * Returns null if the flag is absent.
 *
 * @throws CliError if the value is neither, or is in the past
 */
export function readExpires(text: string | undefined, now: number): string | null {
  if (text === undefined) return null
  const period = parseDuration(text)
  const expires = expiryText(period === null ? millisecondsOf(text) : now + period)
  if (expires === null)
    throw new CliError(
      `\`--expires\` must be a time such as \`2027-01-31T00:00:00Z\` or a duration such as \`90d\`, got \`${text}\``,
    )
  if (Date.parse(expires) <= now) throw new CliError(`\`--expires ${text}\` is in the past`)
  return expires
}

function millisecondsOf(text: string): number {
  const time = parseTimestamp(text)
  return time === undefined ? Number.NaN : Number(time / 1_000_000n)
}
