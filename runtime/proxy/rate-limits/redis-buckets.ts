import type { Log } from '../../base/log.ts'
import { RedisConnection } from '../../base/redis/redis-connection.ts'
import type { RedisEndpoint } from '../../base/redis/redis-server.ts'
import type { Buckets, Room, Wanted } from './buckets.ts'
import { roomOf } from './take-token.ts'

export interface RedisBucketsOptions {
  /** A Redis, or the URL of one: `redis://…` or `rediss://…`. */
  readonly url: RedisEndpoint
  readonly log: Log
  readonly prefix: string
}

/** Milliseconds to wait for Redis at start; without it the proxy starts too. */
const CONNECT_TIMEOUT = 2000

/** A store of token buckets in a Redis that several proxies share. Redis supplies the time and drops full buckets. */
export class RedisBuckets implements Buckets {
  readonly #redis: RedisConnection
  readonly #prefix: string

  constructor({ url, log, prefix }: RedisBucketsOptions) {
    this.#prefix = prefix
    this.#redis = new RedisConnection(url, 'limits', log)
  }

  /** Resolves when Redis is connected, or after a timeout. */
  async ready(): Promise<void> {
    await this.#redis.ready('', CONNECT_TIMEOUT)
  }

  async take(wanted: readonly Wanted[]): Promise<readonly Room[]> {
    const rooms = await Promise.all(wanted.map((one) => this.#takeOne(one)))
    // A late response may not have been reported otherwise.
    this.#redis.works()
    return rooms
  }

  /** Each bucket has a script of its own, because buckets may be on different nodes of a Redis Cluster. */
  async #takeOne(wanted: Wanted): Promise<Room> {
    const names = wanted.ids.map((id) => `${this.#prefix}limit ${id}`)
    const [taken, owed] = (await this.#redis.run(TAKE, names, [String(wanted.count), String(wanted.per)])) as readonly number[]
    return roomOf(owed as number, wanted, taken === 1)
  }

  close(): void {
    this.#redis.close()
  }
}

/** `takeToken` for a bucket. Of several names of it the emptiest applies, and all get its level. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local count, per = tonumber(ARGV[1]), tonumber(ARGV[2])
local owed = 0
for k = 1, #KEYS do
  local text = redis.call('GET', KEYS[k])
  if text then
    local missing, at = string.match(text, '^(%d+) (%d+)$')
    owed = math.max(owed, missing - math.max(0, now - at) * count)
  end
end
if owed + per > count * per then return { 0, owed } end
owed = owed + per
local value = string.format('%.0f %.0f', owed, now)
local ms = string.format('%.0f', math.ceil(owed / count))
for k = 1, #KEYS do redis.call('SET', KEYS[k], value, 'PX', ms) end
return { 1, owed }
`
