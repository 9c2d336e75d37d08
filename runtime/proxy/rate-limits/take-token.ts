import type { Room, Wanted } from './buckets.ts'

/** The used part of a bucket. */
export interface Level {
  /** In units of 1/`per` token, of which `count` are refilled per millisecond: exact integers, so tokens come when promised. */
  owed: number
  /** Milliseconds of the measurement. */
  at: number
}

/**
 * Takes a token if there is one (`spec/language/obligations.md`, Limits): `count` tokens, refilled within `per`. The Redis script
 * in `redis-buckets.ts` does the same.
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

/** A clock that goes back changes nothing. */
export function owedAt({ owed, at }: Level, count: number, now: number): number {
  return Math.max(0, owed - Math.max(0, now - at) * count)
}

/** @param owed more than zero, as a token was just taken or missing */
export function roomOf(owed: number, { count, per }: Pick<Wanted, 'count' | 'per'>, taken: boolean): Room {
  const holds = count * per
  const left = Math.floor((holds - owed) / per)
  return { taken, left, wait: Math.ceil((owed - (holds - (left + 1) * per)) / count) }
}
