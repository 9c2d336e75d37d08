import type { Buckets, Room, Wanted } from './buckets.ts'
import { type Filling, SoonestFull } from './soonest-full.ts'
import { type Level, owedAt, takeToken } from './take-token.ts'

/** Buckets from which something is missing, of all rules together. */
export const MOST_BUCKETS = 100_000

interface Bucket extends Level, Filling {
  readonly rule: string
  /** All by which it is found. */
  readonly ids: string[]
}

export interface MemoryBucketsOptions {
  /** Milliseconds, of a clock that nobody sets. */
  readonly clock?: () => number
  readonly most?: number
}

/**
 * In the memory of one process, for all workers of a proxy. A bucket that is full again is as good as none. Whoever makes up keys makes up buckets: where there are as many as there may be, the rule
 * that has most of them loses the one that would be full first, of which the least is forgotten; so a flood of keys costs its own rule's, and those from which most is missing stay longest.
 */
export class MemoryBuckets implements Buckets {
  readonly #clock: () => number
  readonly #most: number
  readonly #byId = new Map<string, Bucket>()
  readonly #byRule = new Map<string, SoonestFull<Bucket>>()
  #size = 0

  constructor({ clock = () => performance.now(), most = MOST_BUCKETS }: MemoryBucketsOptions = {}) {
    this.#clock = clock
    this.#most = most
  }

  /** How many there are. */
  get size(): number {
    return this.#size
  }

  take(wanted: readonly Wanted[]): readonly Room[] {
    const now = Math.floor(this.#clock())
    return wanted.map((one) => this.#takeOf(one, now))
  }

  #takeOf(wanted: Wanted, now: number): Room {
    const bucket = this.#find(wanted, now) ?? this.#make(wanted, now)
    const room = takeToken(bucket, wanted, now)
    bucket.fullAt = now + bucket.owed / wanted.count
    this.#byRule.get(bucket.rule)?.later(bucket)
    return room
  }

  /** Where a rule was called otherwise for a part of the requests, there may be one under each name: from then on it is the one from which most is missing. */
  #find({ ids, count }: Wanted, now: number): Bucket | null {
    let found: Bucket | null = null
    for (const id of ids) {
      const bucket = this.#byId.get(id)
      if (bucket === undefined || bucket === found) continue
      const isFuller = found !== null && owedAt(bucket, count, now) <= owedAt(found, count, now)
      const fuller = isFuller ? bucket : found
      if (fuller !== null) this.#forget(fuller)
      if (!isFuller) found = bucket
    }
    if (found !== null) this.#name(found, ids)
    return found
  }

  #make({ ids, rule }: Wanted, now: number): Bucket {
    this.#makeRoom(rule, now)
    const bucket: Bucket = { rule, ids: [], owed: 0, at: now, fullAt: now, place: 0 }
    const all = this.#byRule.get(rule) ?? new SoonestFull<Bucket>()
    this.#byRule.set(rule, all)
    all.add(bucket)
    this.#name(bucket, ids)
    this.#size++
    return bucket
  }

  #name(bucket: Bucket, ids: readonly string[]): void {
    for (const id of ids) {
      if (this.#byId.get(id) === bucket) continue
      this.#byId.set(id, bucket)
      bucket.ids.push(id)
    }
  }

  /** Two that are full for one that comes: so they are gone some time, without anybody looking for them. */
  #makeRoom(rule: string, now: number): void {
    for (let looked = 0; looked < 2; looked++) {
      const first = this.#byRule.get(rule)?.first
      if (first !== undefined && first.fullAt <= now) this.#forget(first)
    }
    if (this.#size < this.#most) return
    let most: SoonestFull<Bucket> | null = null
    for (const each of this.#byRule.values()) {
      if (each.first !== undefined && each.first.fullAt <= now) return void this.#forget(each.first)
      if (most === null || each.size > most.size) most = each
    }
    if (most?.first !== undefined) this.#forget(most.first)
  }

  #forget(bucket: Bucket): void {
    for (const id of bucket.ids) this.#byId.delete(id)
    const all = this.#byRule.get(bucket.rule)
    all?.remove(bucket)
    if (all?.size === 0) this.#byRule.delete(bucket.rule)
    this.#size--
  }
}
