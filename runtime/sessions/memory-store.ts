import { type Remembered, Seen } from './seen.ts'
import type { Life, SessionStore } from './session-store.ts'

interface Kept {
  value: string
  readonly until: number
  readonly idle: number | null
  expires: number
  readonly weight: number
  readonly tags: readonly string[]
  readonly groups: readonly string[]
}

export interface MemoryLimits {
  /** Bytes of all that is kept, about. */
  readonly weight: number
  /** Milliseconds between two looks at what has ended. */
  readonly sweep: number
}

const LIMITS: MemoryLimits = { weight: 256_000_000, sweep: 10_000 }

/** What an entry takes beside its texts. */
const OVERHEAD = 300

/** In this process. Bounded: where there is too much, what was used least recently goes. */
export class MemoryStore implements SessionStore {
  /** Used least recently first. */
  readonly #kept = new Map<string, Kept>()
  readonly #tagged = new Map<string, Set<string>>()
  readonly #groups = new Map<string, Set<string>>()
  readonly #listeners: ((keys: readonly string[]) => void)[] = []
  readonly #clock: () => number
  readonly #limits: MemoryLimits
  readonly #sweep: NodeJS.Timeout
  readonly #seen: Seen
  #weight = 0

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number = Date.now, limits: Partial<MemoryLimits> = {}) {
    this.#clock = clock
    this.#seen = new Seen(clock)
    this.#limits = { ...LIMITS, ...limits }
    this.#sweep = setInterval(() => this.#removeEnded(), this.#limits.sweep).unref()
  }

  get size(): number {
    return this.#kept.size
  }

  async get(key: string): Promise<string | null> {
    const kept = this.#there(key)
    if (kept === null) return null
    if (kept.idle !== null) kept.expires = Math.min(kept.until, this.#clock() + kept.idle)
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept.value
  }

  async put(key: string, value: string, life: Life): Promise<void> {
    this.#remove(key)
    this.#keep(key, value, life)
  }

  async replace(key: string, before: string, after: string): Promise<boolean> {
    const kept = this.#there(key)
    if (kept?.value !== before) return false
    this.#remove(key)
    const { until, idle, tags } = kept
    this.#keep(key, after, { until, tags, ...(idle !== null && { idle }) })
    return true
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

  async once(key: string, until: number): Promise<Remembered> {
    return this.#seen.remember(key, until)
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
    // Those that are not here are told of, too: somebody may hold a copy.
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

  #keep(key: string, value: string, { until, idle, tags = [], groups = [] }: Life): void {
    const weight = OVERHEAD + 2 * (key.length + value.length)
    const expires = idle === undefined ? until : Math.min(until, this.#clock() + idle)
    const names = groups.map(({ name }) => name)
    this.#kept.set(key, { value, until, idle: idle ?? null, expires, weight, tags, groups: names })
    this.#weight += weight
    for (const tag of tags) enter(this.#tagged, tag, key)
    for (const { name, most } of groups) {
      const members = enter(this.#groups, name, key)
      if (members.size > most) this.#remove(members.values().next().value as string)
    }
    if (this.#weight > this.#limits.weight) this.#makeRoom()
  }

  #makeRoom(): void {
    this.#removeEnded()
    const gone: string[] = []
    for (const key of this.#kept.keys()) {
      if (this.#weight <= this.#limits.weight) break
      this.#remove(key)
      gone.push(key)
    }
    if (gone.length > 0) for (const listener of this.#listeners) listener(gone)
  }

  #removeEnded(): void {
    const now = this.#clock()
    for (const [key, { expires }] of this.#kept) if (now >= expires) this.#remove(key)
  }

  #remove(key: string): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    this.#kept.delete(key)
    this.#weight -= kept.weight
    for (const tag of kept.tags) leave(this.#tagged, tag, key)
    for (const name of kept.groups) leave(this.#groups, name, key)
  }
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
