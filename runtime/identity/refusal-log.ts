import type { Log } from '../base/log.ts'
import type { Refused } from './authentication.ts'
import type { Mismatch } from './mismatch.ts'

/** The values of a mismatch as the log may hold them. */
export type MismatchForLog = (mismatch: Mismatch) => Pick<Mismatch, 'seen' | 'expected'>

/** Milliseconds. Of refusals of one kind, one is logged in so long: whoever sends bad credentials does not fill the log. */
const QUIET = 60_000

/**
 * Logs refused credentials, with the value that was seen and the one that was expected. Of each code and field, the first in a
 * minute, with the number of those in between; the audit record has all of them. Both are names of the proxy's own, so that what
 * is remembered is bounded.
 *
 * @param clock milliseconds that never go back
 * @param forLog left out: all values are logged
 */
export function createRefusalLog(
  log: Log,
  clock: () => number,
  forLog: MismatchForLog = (all) => all,
): (refused: Refused) => void {
  const last = new Map<string, { at: number; others: number }>()
  return ({ code, mismatch }) => {
    // A session that is over, an API key that nobody knows: there is nothing to compare, and nothing to mend.
    if (mismatch === undefined) return
    const { field, verified } = mismatch
    const kind = `${code} ${field}`
    const before = last.get(kind)
    if (before !== undefined && clock() - before.at < QUIET) {
      before.others += 1
      return
    }
    last.set(kind, { at: clock(), others: 0 })
    const { seen, expected } = forLog(mismatch)
    log.info('a credential is refused', { code, field, seen, expected, verified, others: before?.others ?? 0 })
  }
}
