import { parseDuration } from '../runtime/base/units.ts'
import { CliError } from './cli-error.ts'
import type { Flag } from './command.ts'

const DEFAULT = '10s'

/** In milliseconds. */
const LONGEST = 600_000

export const TIMEOUT = {
  type: 'string',
  value: 'DURATION',
  help: `Time to wait for servers (default: ${DEFAULT})`,
} as const satisfies Flag

/**
 * Returns the milliseconds of `--timeout`.
 *
 * @param text the value of the flag
 * @throws CliError if the value is not a duration from 1 ms to 10 min
 */
export function timeoutOf(text: string = DEFAULT): number {
  const timeout = parseDuration(text)
  if (timeout && timeout <= LONGEST) return timeout
  throw new CliError(`\`--timeout\` must be a duration from \`1ms\` to \`10m\`, got \`${text}\``)
}
