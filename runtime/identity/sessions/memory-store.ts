import { MemoryBudget, type Owner } from './memory-budget.ts'
import { type Remembered, ReplayCache } from './replay-cache.ts'
import type { Life, SessionStore, StoreStatus } from './session-store.ts'

interface Kept {
  value: string
  readonly until: number
  readonly idle: number | null
  expires: number
  weight: number
  readonly owner: Owner | null
  readonly tags: readonly string[]
  readonly groups: readonly string[]
}

export interface MemoryLimits {
  /**
   * Maximum approximate size in bytes of all entries that have an owner. Entries without an owner may use a quarter as much in
   * addition.
   */
  readonly weight: number
  /** Milliseconds between two removals of expired entries. */
  readonly sweep: number
}

const LIMITS: MemoryLimits = { weight: 256_000_000, sweep: 10_000 }

/** Milliseconds between two removals while memory is full, as each visits all entries. */
const SWEEP_WHEN_FULL = 1000

/** Size of an entry in bytes without its texts. */
const OVERHEAD = 300

/**
 * A bounded session store in this process. `MemoryBudget` bounds the entries with an owner; of the others, the least recently
 * used is dropped.
 */
export class MemoryStore implements SessionStore {
  readonly #kept = new Map<string, Kept>()
  /** Keys of entries without an owner, least recently used first. */
  readonly #unowned = new Set<string>()
  readonly #budget: MemoryBudget
  readonly #tagged = new Map<string, Set<string>>()
  readonly #groups = new Map<string, Set<string>>()
  readonly #listeners: ((keys: readonly string[]) => void)[] = []
  readonly #clock: () => number
  readonly #limits: MemoryLimits
  readonly #sweep: NodeJS.Timeout
  readonly #seen: ReplayCache
  #sweptAt = Number.NEGATIVE_INFINITY
  #weight = 0

  /**
   * Creates an empty store.
   *
   * @param clock returns milliseconds since 1970
   */
  constructor(clock: () => number = Date.now, limits: Partial<MemoryLimits> = {}) {
    this.#clock = clock
    this.#seen = new ReplayCache(clock)
    this.#limits = { ...LIMITS, ...limits }
    this.#budget = new MemoryBudget(this.#limits.weight)
    this.#sweep = setInterval(() => this.#removeEnded(), this.#limits.sweep).unref()
  }

  get size(): number {
    return this.#kept.size
  }

  async get(key: string): Promise<string | null> {
    const kept = this.#there(key)
    if (kept === null) return null
    if (kept.idle !== null) kept.expires = Math.min(kept.until, this.#clock() + kept.idle)
    if (this.#unowned.delete(key)) this.#unowned.add(key)
    return kept.value
  }

  async put(key: string, value: string, life: Life): Promise<boolean> {
    this.#remove(key)
    if (life.owner !== undefined && !this.#makeRoom(life.owner, weightOf(key, value), false)) return false
    this.#keep(key, value, life)
    return true
  }

  async replace(key: string, before: string, after: string): Promise<boolean> {
    const kept = this.#there(key)
    if (kept?.value !== before) return false
    const { owner } = kept
    const weight = weightOf(key, after)
    if (owner !== null && weight > kept.weight && !this.#makeRoom(owner, weight - kept.weight, true)) {
      await this.end([key])
      return false
    }
    // It may have been evicted itself.
    if (this.#kept.get(key) !== kept) return false
    if (owner === null) this.#weight += weight - kept.weight
    else {
      this.#budget.remove(owner, key)
      this.#budget.add(owner, key, weight)
    }
    kept.value = after
    kept.weight = weight
    return true
  }

  async status(prefix: string): Promise<StoreStatus> {
    const now = this.#clock()
    let sessions = 0
    for (const [key, { expires }] of this.#kept) if (now < expires && key.startsWith(prefix)) sessions++
    return { kind: 'memory', available: true, latency: null, sessions, isMinimum: false, memory: null }
  }

  async take(key: string): Promise<string | null> {
    const kept = this.#there(key)
    this.#remove(key)
    return kept?.value ?? null
  }

  async add(key: string, value: string, ms: number): Promise<boolean> {
    if (this.#there(key) !== null) return false
    this.#keep(key, value, { until: this.#clock() + ms })
    return true
  }

  async once(key: string, until: number, owner: string): Promise<Remembered> {
    return this.#seen.remember(key, until, owner)
  }

  async renew(key: string, value: string, ms: number): Promise<boolean> {
    if (this.#there(key)?.value !== value) return false
    await this.put(key, value, { until: this.#clock() + ms })
    return true
  }

  async release(key: string, value: string): Promise<void> {
    if (this.#there(key)?.value === value) this.#remove(key)
  }

  async end(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#remove(key)
    // Reports missing ones too, as another process may hold a copy.
    if (keys.length > 0) for (const listener of this.#listeners) listener(keys)
  }

  async endTagged(tag: string): Promise<readonly string[]> {
    const keys = [...(this.#tagged.get(tag) ?? [])]
    await this.end(keys)
    return keys
  }

  onEnd(listener: (keys: readonly string[]) => void): void {
    this.#listeners.push(listener)
  }

  hearing(): number {
    return 0
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep)
  }

  #there(key: string): Kept | null {
    const kept = this.#kept.get(key)
    if (kept === undefined) return null
    if (this.#clock() < kept.expires) return kept
    this.#remove(key)
    return null
  }

  #keep(key: string, value: string, { until, idle, tags = [], groups = [], owner }: Life): void {
    const weight = weightOf(key, value)
    const expires = idle === undefined ? until : Math.min(until, this.#clock() + idle)
    const names = groups.map(({ name }) => name)
    this.#kept.set(key, { value, until, idle: idle ?? null, expires, weight, tags, groups: names, owner: owner ?? null })
    if (owner === undefined) {
      this.#weight += weight
      this.#unowned.add(key)
    } else this.#budget.add(owner, key, weight)
    for (const tag of tags) enter(this.#tagged, tag, key)
    for (const { name, most } of groups) {
      const members = enter(this.#groups, name, key)
      if (members.size > most) this.#evict(members.values().next().value as string)
    }
    if (owner === undefined && this.#weight > this.#limits.weight / 4) this.#evictUnowned()
  }

  /** Returns false if memory is full. */
  #makeRoom(owner: Owner, weight: number, mayReserve: boolean): boolean {
    for (;;) {
      const obstacle = this.#budget.obstacle(owner, weight, mayReserve)
      if (obstacle === null) return true
      if (this.#clock() - this.#sweptAt >= SWEEP_WHEN_FULL) this.#removeEnded()
      else if (obstacle === 'full') return false
      else this.#evict(obstacle.evict)
    }
  }

  #evictUnowned(): void {
    for (const key of this.#unowned) {
      if (this.#weight <= this.#limits.weight / 4) break
      this.#evict(key)
    }
  }

  #evict(key: string): void {
    this.#remove(key)
    for (const listener of this.#listeners) listener([key])
  }

  #removeEnded(): void {
    const now = this.#clock()
    this.#sweptAt = now
    for (const [key, { expires }] of this.#kept) if (now >= expires) this.#remove(key)
  }

  #remove(key: string): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    this.#kept.delete(key)
    if (kept.owner === null) {
      this.#weight -= kept.weight
      this.#unowned.delete(key)
    } else this.#budget.remove(kept.owner, key)
    for (const tag of kept.tags) leave(this.#tagged, tag, key)
    for (const name of kept.groups) leave(this.#groups, name, key)
  }
}

function weightOf(key: string, value: string): number {
  return OVERHEAD + 2 * (key.length + value.length)
}

function enter(sets: Map<string, Set<string>>, name: string, key: string): Set<string> {
  const members = sets.get(name) ?? new Set()
  sets.set(name, members)
  return members.add(key)
}

function leave(sets: Map<string, Set<string>>, name: string, key: string): void {
  const members = sets.get(name)
  members?.delete(key)
  if (members?.size === 0) sets.delete(name)
}
