import type { Room, Wanted } from './buckets.ts'

/** The fill level of a token bucket, stored as the number of missing tokens at a given time. */
export interface Level {
  /**
   * Missing tokens, as an integer in units of 1/`per` token. `count` units are refilled per millisecond. Integers avoid rounding
   * errors, so that a token is available exactly after the announced wait.
   */
  owed: number
  /** Time to which `owed` refers, in milliseconds of the bucket's clock. */
  at: number
}

/**
 * Takes a token from a bucket if it has one (`spec/language/obligations.md`, Limits). A bucket holds `count` tokens and is
 * refilled within `per` milliseconds. The Redis script in `redis-buckets.ts` does the same.
 *
 * @param now whole milliseconds
 */
export function takeToken(level: Level, { count, per }: Pick<Wanted, 'count' | 'per'>, now: number): Room {
  const holds = count * per
  const owed = owedAt(level, count, now)
  const taken = owed + per <= holds
  level.owed = taken ? owed + per : owed
  level.at = now
  return roomOf(level.owed, { count, per }, taken)
}

/**
 * Returns the number of missing tokens of a bucket at the time `now`, in the units of `Level.owed`. If the clock was set back,
 * the number is unchanged.
 */
export function owedAt({ owed, at }: Level, count: number, now: number): number {
  return Math.max(0, owed - Math.max(0, now - at) * count)
}

/**
 * Returns the state of a token bucket after an attempt to take a token.
 *
 * @param owed missing tokens in the units of `Level.owed`; more than zero, because a token was just taken or none was left
 * @param taken whether a token was taken
 */
export function roomOf(owed: number, { count, per }: Pick<Wanted, 'count' | 'per'>, taken: boolean): Room {
  const holds = count * per
  const left = Math.floor((holds - owed) / per)
  return { taken, left, wait: Math.ceil((owed - (holds - (left + 1) * per)) / count) }
}
