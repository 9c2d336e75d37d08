import { performance } from 'node:perf_hooks'
import type { RedisClient, RedisConnection } from '../../base/redis/redis-connection.ts'
import { settledWithin } from '../../base/waiting.ts'
import type { StoreStatus } from './session-store.ts'

/** Bounds of a count: keys looked at in a step, and steps. A step takes a Redis well under a millisecond. */
const SCAN = { keys: 1000, steps: 50 }
/** Milliseconds for which a count is used again, as dashboards ask often. */
const COUNTED = 30_000
/** Milliseconds to wait for all steps of a count. */
const PATIENCE = 2000

const UNAVAILABLE: StoreStatus = {
  kind: 'redis',
  available: false,
  latency: null,
  sessions: null,
  isMinimum: false,
  memory: null,
}

type Count = Pick<StoreStatus, 'sessions' | 'isMinimum'>
const UNKNOWN: Count = { sessions: null, isMinimum: false }

/** Returns the status of a Redis with sessions. It asks only when an operator does, and never uses `KEYS`, which would block. */
export class RedisStatus {
  readonly #redis: RedisConnection
  #count: { readonly at: number; readonly of: Promise<Count> } | null = null

  constructor(redis: RedisConnection) {
    this.#redis = redis
  }

  /** @param prefix the beginning of the keys of sessions, with a hash tag, so that one node of a cluster has all of them */
  async of(prefix: string): Promise<StoreStatus> {
    const start = performance.now()
    try {
      await this.#redis.ask(prefix, (client) => client.ping())
    } catch {
      return UNAVAILABLE
    }
    const latency = performance.now() - start
    if (this.#count === null || start - this.#count.at > COUNTED)
      this.#count = { at: start, of: settledWithin(this.#countOf(prefix), PATIENCE, UNKNOWN) }
    const [count, memory] = await Promise.all([this.#count.of, settledWithin(this.#memoryOf(prefix), PATIENCE, null)])
    return { kind: 'redis', available: true, latency, ...count, memory }
  }

  async #countOf(prefix: string): Promise<Count> {
    let cursor = '0'
    let sessions = 0
    for (let step = 0; step < SCAN.steps; step++) {
      const found = await this.#permitted(prefix, (client) => client.scan(cursor, { MATCH: `${prefix}*`, COUNT: SCAN.keys }))
      if (found === null) return UNKNOWN
      sessions += found.keys.length
      cursor = String(found.cursor)
      if (cursor === '0') return { sessions, isMinimum: false }
    }
    return { sessions, isMinimum: true }
  }

  async #memoryOf(key: string): Promise<StoreStatus['memory']> {
    const info = (await this.#permitted(key, (client) => client.info('memory'))) ?? ''
    const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN)
    const [used, most] = [field('used_memory'), field('maxmemory')]
    return Number.isNaN(used) ? null : { used, most: most > 0 ? most : null }
  }

  /** Returns `null` if Redis is unavailable, or the user has no permission for the command, which is no outage. */
  async #permitted<T>(key: string, question: (client: RedisClient) => Promise<T>): Promise<T | null> {
    const asked = this.#redis.ask(key, (client) =>
      question(client).catch((error: Error) => {
        if (/^(?:NOPERM|ERR) /.test(error.message)) return null
        throw error
      }),
    )
    return await asked.catch(() => null)
  }
}
