import type { Log } from '../../base/log.ts'
import { RedisConnection } from '../../base/redis-connection.ts'
import type { RedisEndpoint } from '../../base/redis-server.ts'
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
    this.#redis.client.on('ready', () => this.#redis.works())
    this.#redis.connect(this.#redis.client)
  }

  /** Resolves when Redis is connected, or after a timeout. */
  async ready(): Promise<void> {
    const { client } = this.#redis
    for (const end = performance.now() + CONNECT_TIMEOUT; !client.isReady && performance.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 20))
  }

  async take(wanted: readonly Wanted[]): Promise<readonly Room[]> {
    const names = wanted.flatMap(({ ids }) => ids.map((id) => `${this.#prefix}limit ${id}`))
    const args = wanted.flatMap(({ ids, count, per }) => [ids.length, count, per].map(String))
    const told = (await this.#redis.run(TAKE, names, args)) as readonly number[]
    // A late response may not have been reported otherwise.
    this.#redis.works()
    return wanted.map((one, at) => roomOf(told[2 * at + 1] as number, one, told[2 * at] === 1))
  }

  close(): void {
    this.#redis.client.destroy()
  }
}

/** `takeToken` for several buckets. Of several names of a bucket the emptiest applies, and all get its level. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local told, last = {}, 0
for i = 1, #ARGV, 3 do
  local first = last + 1
  last = last + tonumber(ARGV[i])
  local count, per = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local owed = 0
  for k = first, last do
    local text = redis.call('GET', KEYS[k])
    if text then
      local missing, at = string.match(text, '^(%d+) (%d+)$')
      owed = math.max(owed, missing - math.max(0, now - at) * count)
    end
  end
  local taken = 0
  if owed + per <= count * per then
    taken = 1
    owed = owed + per
    local value = string.format('%.0f %.0f', owed, now)
    local ms = string.format('%.0f', math.ceil(owed / count))
    for k = first, last do redis.call('SET', KEYS[k], value, 'PX', ms) end
  end
  told[#told + 1] = taken
  told[#told + 1] = owed
end
return told
`
