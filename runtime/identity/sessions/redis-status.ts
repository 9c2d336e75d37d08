import { performance } from 'node:perf_hooks'
import type { RedisClient, RedisConnection } from '../../base/redis-connection.ts'
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

  /** @param pattern a glob that matches the keys of sessions */
  async of(pattern: string): Promise<StoreStatus> {
    const start = performance.now()
    try {
      await this.#redis.ask((client) => client.ping())
    } catch {
      return UNAVAILABLE
    }
    const latency = performance.now() - start
    const { client } = this.#redis
    if (this.#count === null || start - this.#count.at > COUNTED)
      this.#count = { at: start, of: settledWithin(countOf(client, pattern), PATIENCE, UNKNOWN) }
    const [count, memory] = await Promise.all([this.#count.of, settledWithin(memoryOf(client), PATIENCE, null)])
    return { kind: 'redis', available: true, latency, ...count, memory }
  }
}

/** Bypasses `ask`: a user without permission for a command is no outage. */
async function countOf(client: RedisClient, pattern: string): Promise<Count> {
  try {
    let cursor = '0'
    let sessions = 0
    for (let step = 0; step < SCAN.steps; step++) {
      const found = await client.scan(cursor, { MATCH: pattern, COUNT: SCAN.keys })
      sessions += found.keys.length
      cursor = String(found.cursor)
      if (cursor === '0') return { sessions, isMinimum: false }
    }
    return { sessions, isMinimum: true }
  } catch {
    return UNKNOWN
  }
}

async function memoryOf(client: RedisClient): Promise<StoreStatus['memory']> {
  const info = await client.info('memory').catch(() => '')
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN)
  const [used, most] = [field('used_memory'), field('maxmemory')]
  return Number.isNaN(used) ? null : { used, most: most > 0 ? most : null }
}
