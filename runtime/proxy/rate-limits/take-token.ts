import type { Room, Wanted } from './buckets.ts'

/** The fill level of a token bucket, stored as what is missing. */
export interface Level {
  /**
   * Missing tokens in units of 1/`per` token, of which `count` are refilled per millisecond. These integers are exact, so
   * tokens come when promised.
   */
  owed: number
  /** Time to which `owed` refers, in milliseconds. */
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
 * Returns the missing tokens of a bucket at a later time, in the units of `Level.owed`. If the clock has gone back, the level
 * is unchanged.
 */
export function owedAt({ owed, at }: Level, count: number, now: number): number {
  return Math.max(0, owed - Math.max(0, now - at) * count)
}

/**
 * Describes the state of a bucket after an attempt to take a token.
 *
 * @param owed missing tokens in the units of `Level.owed`; more than zero, because a token was just taken or none was left
 */
export function roomOf(owed: number, { count, per }: Pick<Wanted, 'count' | 'per'>, taken: boolean): Room {
  const holds = count * per
  const left = Math.floor((holds - owed) / per)
  return { taken, left, wait: Math.ceil((owed - (holds - (left + 1) * per)) / count) }
}
