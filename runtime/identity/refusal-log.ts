import type { Log } from '../base/log.ts'
import type { Refused } from './authentication.ts'
import type { Mismatch } from './mismatch.ts'

/** Redacts the values of a mismatch for the log. */
export type MismatchForLog = (mismatch: Mismatch) => Pick<Mismatch, 'seen' | 'expected'>

/** Milliseconds in which one refusal of each kind is logged, so that bad credentials cannot flood the log. */
const QUIET = 60_000

/**
 * Creates a log of refused credentials with actual and expected values. In each minute it logs the first refusal of each code
 * and field, together with the number of refusals omitted. The audit log holds all of them. Codes and fields are constants of
 * the proxy, so memory is bounded.
 *
 * @param clock returns monotonic milliseconds
 * @param forLog redacts values; by default all values are logged
 */
export function createRefusalLog(
  log: Log,
  clock: () => number,
  forLog: MismatchForLog = (all) => all,
): (refused: Refused) => void {
  const last = new Map<string, { at: number; others: number }>()
  return ({ code, mismatch }) => {
    // An expired session or unknown API key: there is nothing to compare or to fix.
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
