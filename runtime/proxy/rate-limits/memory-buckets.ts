import type { Buckets, Room, Wanted } from './buckets.ts'
import { type Filling, SoonestFull } from './soonest-full.ts'
import { type Level, owedAt, takeToken } from './take-token.ts'

/** Maximum number of token buckets that are kept in memory, for all rules together. Full buckets are dropped first. */
export const MOST_BUCKETS = 100_000

interface Bucket extends Level, Filling {
  readonly id: string
  readonly rule: string
}

export interface MemoryBucketsOptions {
  /** Returns the current time in monotonic milliseconds. Default: `performance.now`. */
  readonly clock?: () => number
  readonly most?: number
}

/**
 * A store of token buckets in the memory of one process, which serves all workers. Full buckets are dropped. Beyond the
 * maximum, the rule with most buckets loses the one that would be full first. So invented keys harm only their own rule, and
 * nearly empty buckets are kept longest.
 */
export class MemoryBuckets implements Buckets {
  readonly #clock: () => number
  readonly #most: number
  readonly #byId = new Map<string, Bucket>()
  readonly #byRule = new Map<string, SoonestFull<Bucket>>()

  constructor({ clock = () => performance.now(), most = MOST_BUCKETS }: MemoryBucketsOptions = {}) {
    this.#clock = clock
    this.#most = most
  }

  get size(): number {
    return this.#byId.size
  }

  take(wanted: readonly Wanted[]): readonly Room[] {
    const now = Math.floor(this.#clock())
    return wanted.map((one) => this.#takeOf(one, now))
  }

  /** As in Redis: of several names, the emptiest applies, to all of them. */
  #takeOf(wanted: Wanted, now: number): Room {
    const level: Level = { owed: 0, at: now }
    for (const id of wanted.ids) {
      const bucket = this.#byId.get(id)
      if (bucket !== undefined) level.owed = Math.max(level.owed, owedAt(bucket, wanted.count, now))
    }
    const taken = takeToken(level, wanted, now)
    if (taken.taken)
      for (const id of wanted.ids) this.#keep(this.#byId.get(id) ?? this.#make(id, wanted.rule, now), level, wanted)
    return taken
  }

  #keep(bucket: Bucket, { owed, at }: Level, { count }: Wanted): void {
    bucket.owed = owed
    bucket.at = at
    bucket.fullAt = at + owed / count
    this.#byRule.get(bucket.rule)?.later(bucket)
  }

  #make(id: string, rule: string, now: number): Bucket {
    this.#makeRoom(rule, now)
    const bucket: Bucket = { id, rule, owed: 0, at: now, fullAt: now, place: 0 }
    const all = this.#byRule.get(rule) ?? new SoonestFull<Bucket>()
    this.#byRule.set(rule, all)
    all.add(bucket)
    this.#byId.set(id, bucket)
    return bucket
  }

  /** Drops two full buckets for each new one, so that all are dropped eventually without a sweep. */
  #makeRoom(rule: string, now: number): void {
    for (let looked = 0; looked < 2; looked++) {
      const first = this.#byRule.get(rule)?.first
      if (first !== undefined && first.fullAt <= now) this.#forget(first)
    }
    if (this.#byId.size < this.#most) return
    let most: SoonestFull<Bucket> | null = null
    for (const each of this.#byRule.values()) {
      if (each.first !== undefined && each.first.fullAt <= now) return void this.#forget(each.first)
      if (most === null || each.size > most.size) most = each
    }
    if (most?.first !== undefined) this.#forget(most.first)
  }

  #forget(bucket: Bucket): void {
    this.#byId.delete(bucket.id)
    const all = this.#byRule.get(bucket.rule)
    all?.remove(bucket)
    if (all?.size === 0) this.#byRule.delete(bucket.rule)
  }
}
