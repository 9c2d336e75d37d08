import type { Log } from '../../base/log.ts'
import { RedisConnection } from '../../base/redis/redis-connection.ts'
import type { RedisEndpoint } from '../../base/redis/redis-server.ts'
import { isFleetId, MOST_REPORT } from './fleet-report.ts'

export interface FleetRegistryOptions {
  readonly redis: RedisEndpoint
  readonly prefix: string
  readonly log: Log
  /** Milliseconds for which a report stays in Redis. Default: 10 seconds. */
  readonly ttl?: number
}

/** A report as it is in Redis. Any program with access to the Redis may have written it. */
export interface StoredReport {
  readonly id: string
  /** Milliseconds since the report was written, by the clock of the Redis. */
  readonly age: number
  readonly text: string
}

export interface StoredReports {
  /** In the order of their IDs. */
  readonly reports: readonly StoredReport[]
  /** Number of entries with an invalid ID, an invalid time or a size over the limit. */
  readonly unreadable: number
}

/** `full`: the fleet has the maximum number of proxies. `shared`: the replaced report has another instance. */
export type ReportOutcome = 'written' | 'shared' | 'full'

const TTL = 10_000

/** Maximum number of proxies in a fleet. */
export const MOST_PROXIES = 1000

/**
 * The reports of all proxies of a fleet in a Redis. A sorted set has the time at which each report expires, and a hash has the
 * reports. Redis's clock decides about times, so clocks of proxies may differ.
 */
export class FleetRegistry {
  readonly #redis: RedisConnection
  readonly #keys: readonly [times: string, reports: string]
  readonly #ttl: number

  constructor({ redis, prefix, log, ttl = TTL }: FleetRegistryOptions) {
    this.#redis = new RedisConnection(redis, 'the fleet', log)
    // One slot of a Redis Cluster, because scripts use both.
    this.#keys = [`${prefix}{fleet}:times`, `${prefix}{fleet}:reports`]
    this.#ttl = ttl
  }

  /**
   * Writes the report of a proxy, which replaces the previous one with the same ID.
   *
   * @param instance text in the report by which a report of another proxy with the same ID is recognized
   * @throws StoreUnavailable if Redis is unavailable or refuses the command
   */
  async put(id: string, instance: string, text: string): Promise<ReportOutcome> {
    const args = [id, instance, text, String(this.#ttl), String(MOST_PROXIES)]
    const answer = await this.#run(PUT, args)
    if (answer === 0) return 'full'
    return answer === 2 ? 'shared' : 'written'
  }

  /**
   * Removes the report of a proxy that ends, unless another proxy has replaced it.
   *
   * @throws StoreUnavailable if Redis is unavailable or refuses the command
   */
  async remove(id: string, instance: string): Promise<void> {
    await this.#run(REMOVE, [id, instance])
  }

  /** @throws StoreUnavailable if Redis is unavailable or refuses the command */
  async list(): Promise<StoredReports> {
    const args = [String(this.#ttl), String(MOST_PROXIES), String(MOST_REPORT)]
    const answer = await this.#run(LIST, args)
    return readList(answer)
  }

  async #run(script: string, args: readonly string[]): Promise<unknown> {
    const answer = await this.#redis.run(script, this.#keys, args)
    this.#redis.works()
    return answer
  }

  close(): void {
    this.#redis.close()
  }
}

function readList(answer: unknown): StoredReports {
  const [now, entries, others] = answer as [now: number, entries: readonly (readonly [string, string, string])[], others: number]
  const reports: StoredReport[] = []
  for (const [id, age, text] of entries) {
    // Redis replaces an ID or a report that is too long by an empty text.
    if (isFleetId(id) && text !== '') reports.push({ id, age: Math.max(0, Math.round(Number(age))), text })
  }
  reports.sort((a, b) => (a.id < b.id ? -1 : 1))
  return { reports, unreadable: entries.length - reports.length + others + (Number.isFinite(now) ? 0 : 1) }
}

/** Redis's time in milliseconds. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/** Removes at most this number of expired reports at a time, so that the script stays short. */
const MOST_EXPIRED = 100

const PUT = `${NOW}
local id, instance, text, ttl, most = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ${MOST_EXPIRED})) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('HDEL', KEYS[2], gone)
end
local known = redis.call('ZSCORE', KEYS[1], id)
if not known and redis.call('ZCARD', KEYS[1]) >= most then return 0 end
local before = known and redis.call('HGET', KEYS[2], id)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ttl), id)
redis.call('HSET', KEYS[2], id, text)
redis.call('PEXPIRE', KEYS[1], ttl)
redis.call('PEXPIRE', KEYS[2], ttl)
if before and not string.find(before, instance, 1, true) then return 2 end
return 1
`

const REMOVE = `
local before = redis.call('HGET', KEYS[2], ARGV[1])
if not before or not string.find(before, ARGV[2], 1, true) then return 0 end
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('HDEL', KEYS[2], ARGV[1])
`

/** A score above the maximum would never expire, so the entry is only counted. */
const LIST = `${NOW}
local ttl, most, size = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local last = string.format('%.0f', now + ttl)
local found = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), last, 'WITHSCORES', 'LIMIT', 0, most)
local entries = {}
for i = 1, #found, 2 do
  local id, text = found[i], ''
  if #id > 63 then id = '' elseif redis.call('HSTRLEN', KEYS[2], id) <= size then text = redis.call('HGET', KEYS[2], id) or '' end
  entries[#entries + 1] = { id, string.format('%.0f', now + ttl - tonumber(found[i + 1])), text }
end
return { now, entries, redis.call('ZCOUNT', KEYS[1], '(' .. last, '+inf') }
`
