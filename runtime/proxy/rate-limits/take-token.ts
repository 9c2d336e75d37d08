import type { Room, Wanted } from './buckets.ts'

/** What is missing in a bucket. */
export interface Level {
  /**
   * In units of which a token has `per`, and `count` run into the bucket in a millisecond: so all of this is in whole numbers,
   * and a token is there at the very millisecond at which it was promised.
   */
  owed: number
  /** The millisecond at which it was so. */
  at: number
}

/**
 * `spec/language/obligations.md`, Limits: a bucket holds `count` tokens, which run into it within `per`; a request takes one
 * where there is one, and nothing else. What takes it in Redis (`redis-buckets.ts`) does the same.
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

/** A clock that goes back gives nothing, and takes nothing away. */
export function owedAt({ owed, at }: Level, count: number, now: number): number {
  return Math.max(0, owed - Math.max(0, now - at) * count)
}

/** @param owed more than nothing: whoever has asked has taken a token, or found none */
export function roomOf(owed: number, { count, per }: Pick<Wanted, 'count' | 'per'>, taken: boolean): Room {
  const holds = count * per
  const left = Math.floor((holds - owed) / per)
  return { taken, left, wait: Math.ceil((owed - (holds - (left + 1) * per)) / count) }
}
