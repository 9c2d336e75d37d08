import type { Log } from '../../base/log.ts'
import { RedisConnection, type Subscription } from '../../base/redis/redis-connection.ts'
import type { RedisLink } from '../../base/redis/redis-link.ts'
import type { RedisEndpoint } from '../../base/redis/redis-server.ts'
import { inSlices } from '../../base/waiting.ts'
import { RedisStatus } from './redis-status.ts'
import type { Remembered } from './replay-cache.ts'
import type { Life, SessionStore, StoreStatus } from './session-store.ts'

export interface RedisStoreOptions {
  /** The Redis, or its URL (`redis://…` or `rediss://…`). */
  readonly url: RedisEndpoint
  readonly log: Log
  readonly prefix?: string
}

/**
 * Milliseconds between two pings of the subscription, and milliseconds without a response after which messages may have been
 * missed.
 */
const PULSE = { every: 300, most: 1000 }

/** Key that is never written. It has the hash tag of sessions. */
const PULSE_KEY = 'session:'

/**
 * Sessions that ended within this number of milliseconds are ended again by each new connection, as another server may have
 * taken over without knowing of their end. At most this number of them is remembered.
 */
const ENDED = { lasts: 60_000, most: 10_000 }

/**
 * A session store in a Redis that several proxies share. Lua scripts make operations atomic. Before each value, Redis holds its
 * end and its idle time, both in milliseconds: `1700000000000 3600000 value`.
 */
export class RedisStore implements SessionStore {
  readonly #redis: RedisConnection
  readonly #subscription: Subscription
  readonly #status: RedisStatus
  readonly #prefix: string
  readonly #listeners: ((keys: readonly string[]) => void)[] = []
  readonly #pulse: NodeJS.Timeout
  /** When each of the sessions that have lately ended did so, as `performance.now()`. */
  readonly #ended = new Map<string, number>()
  #listening: RedisLink | null = null
  #heard = Number.NEGATIVE_INFINITY
  #losses = 0

  constructor({ url, log, prefix = 'iap:' }: RedisStoreOptions) {
    this.#prefix = prefix
    this.#redis = new RedisConnection(url, 'sessions', log, {
      ready: () => {
        void this.#checkEviction(log)
        void this.#endAgain()
      },
    })
    this.#status = new RedisStatus(this.#redis)
    this.#subscription = this.#redis.subscribe(`${prefix}ended`, this.#name(PULSE_KEY), {
      message: (text) => this.#tell(text.split('\n').map((name) => this.#keyOf(name))),
      ready: (link) => {
        this.#listening = link
        // Checks at once that it works.
        this.#feel()
      },
      lost: () => this.#loses(),
    })
    this.#pulse = setInterval(() => this.#feel(), PULSE.every).unref()
  }

  async get(key: string): Promise<string | null> {
    if (this.#ended.has(key)) return null
    const found = await this.#redis.run(GET, [this.#name(key)], [])
    return typeof found === 'string' ? found : null
  }

  async put(key: string, value: string, { until, idle = 0, tags = [], groups = [], owner }: Life): Promise<boolean> {
    const names = [key, ...groups.map(({ name }) => `group ${name}`), ...tags.map((tag) => `tag ${tag}`)]
    const most = groups.map((group) => String(group.most))
    const answer = (await this.#redis.run(
      PUT,
      names.map((name) => this.#name(name)),
      [value, String(until), String(idle), `${this.#prefix}ended`, owner === undefined ? '0' : '1', ...most],
    )) as number | readonly string[]
    if (answer === FULL) return false
    // Applied here at once, however long the message takes.
    if (Array.isArray(answer)) this.#tell(answer.map((name) => this.#keyOf(name)))
    return true
  }

  async replace(key: string, before: string, after: string): Promise<boolean> {
    return (await this.#redis.run(REPLACE, [this.#name(key)], [before, after])) === 1
  }

  async take(key: string): Promise<string | null> {
    const found = await this.#redis.run(TAKE, [this.#name(key)], [])
    return typeof found === 'string' ? found : null
  }

  async add(key: string, value: string, ms: number): Promise<boolean> {
    const name = this.#name(key)
    return (
      (await this.#redis.ask(name, (client) =>
        client.set(name, value, { condition: 'NX', expiration: { type: 'PX', value: Math.ceil(ms) } }),
      )) === 'OK'
    )
  }

  async once(key: string, until: number): Promise<Remembered> {
    return (await this.add(key, '1', Math.max(1000, until * 1000 - Date.now()))) ? 'new' : 'known'
  }

  async renew(key: string, value: string, ms: number): Promise<boolean> {
    return (await this.#redis.run(RENEW, [this.#name(key)], [value, String(Math.ceil(ms))])) === 1
  }

  async release(key: string, value: string): Promise<void> {
    await this.#redis.run(RELEASE, [this.#name(key)], [value])
  }

  async end(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    await this.#redis.run(
      END,
      keys.map((key) => this.#name(key)),
      [`${this.#prefix}ended`],
    )
    // Applied here at once, however long the message takes.
    this.#tell(keys)
  }

  async endTagged(tag: string): Promise<readonly string[]> {
    const name = this.#name(`tag ${tag}`)
    // Somebody else may have written other names there, which a Redis Cluster refuses.
    const own = this.#name('session:')
    const found = (await this.#redis.ask(name, (client) => client.sMembers(name))).filter((one) => one.startsWith(own))
    const keys = found.map((one) => this.#keyOf(one))
    // The names are keys of the script, so that a Redis Cluster that moves them does not execute a part of it.
    for await (const slice of inSlices(found)) {
      await this.#redis.run(END_TAGGED, [name, ...slice], [`${this.#prefix}ended`])
      this.#tell(slice.map((one) => this.#keyOf(one)))
    }
    return keys
  }

  onEnd(listener: (keys: readonly string[]) => void): void {
    this.#listeners.push(listener)
  }

  hearing(): number | null {
    return performance.now() - this.#heard < PULSE.most ? this.#losses : null
  }

  async status(prefix: string): Promise<StoreStatus> {
    return await this.#status.of(this.#name(prefix))
  }

  async close(): Promise<void> {
    clearInterval(this.#pulse)
    this.#subscription.close()
    this.#redis.close()
  }

  /** A Redis that evicts keys signs people out. */
  async #checkEviction(log: Log): Promise<void> {
    // A user without permission for INFO is no outage.
    const asked = this.#redis.ask(this.#name(PULSE_KEY), (client) =>
      client.info('memory').catch((error: Error) => {
        if (/^(?:NOPERM|ERR) /.test(error.message)) return null
        throw error
      }),
    )
    // Connection losses are reported elsewhere.
    const memory = await asked.catch(() => '')
    if (memory === null) {
      // After a change of permissions, another connection tells.
      return log.warn(
        'the Redis of sessions refuses INFO: the proxy cannot check its eviction policy, ' +
          'nor refuse sign-ins when it is nearly full',
      )
    }
    const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1]
    if (policy !== undefined && policy !== 'noeviction' && !/maxmemory:0\s/.test(memory))
      log.warn(
        'the Redis of sessions ends sessions and forgets revocations when its memory is full: set `maxmemory-policy noeviction`',
        { policy },
      )
  }

  /** Sessions change together with their groups and tags, so these keys have a hash tag. Each other entry stands alone. */
  #name(key: string): string {
    return /^(?:session:|tag |group )/.test(key) ? `${this.#prefix}{sessions}:${key}` : this.#prefix + key
  }

  #keyOf(name: string): string {
    const tagged = `${this.#prefix}{sessions}:`
    return name.slice((name.startsWith(tagged) ? tagged : this.#prefix).length)
  }

  #tell(keys: readonly string[]): void {
    const now = performance.now()
    for (const key of keys) if (key.startsWith('session:') && !this.#ended.has(key)) this.#ended.set(key, now)
    for (const [key, at] of this.#ended) {
      if (now - at < ENDED.lasts && this.#ended.size <= ENDED.most) break
      this.#ended.delete(key)
    }
    for (const listener of this.#listeners) listener(keys)
  }

  async #endAgain(): Promise<void> {
    const keys = [...this.#ended].flatMap(([key, at]) => (performance.now() - at < ENDED.lasts ? [this.#name(key)] : []))
    try {
      for await (const slice of inSlices(keys)) await this.#redis.run(END, slice, [`${this.#prefix}ended`])
    } catch {
      // The next connection ends them.
    }
  }

  /** Messages during an outage are lost, however short it is. */
  #loses(): void {
    this.#losses += 1
    this.#heard = Number.NEGATIVE_INFINITY
    this.#listening = null
  }

  /**
   * Reads a key, because a connection may fail silently, and a node of a Redis Cluster may no longer be the one to which messages
   * come; messages are lost until that is noticed.
   */
  #feel(): void {
    const link = this.#listening
    link
      ?.send((client) => client.get(this.#name(PULSE_KEY)))
      .then(
        () => {
          if (this.#listening === link) this.#heard = performance.now()
        },
        (error: Error) => link.drop(error),
      )
  }
}

const PARSE = `
local function parse(text)
  local till, idle, value = string.match(text, '^(%d+) (%d+) (.*)$')
  return tonumber(till), tonumber(idle), value
end
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`

const GET = `${PARSE}
local text = redis.call('GET', KEYS[1])
if not text then return false end
local till, idle, value = parse(text)
if not till then return false end
local left = till - now()
if left <= 0 then return false end
if idle > 0 then redis.call('PEXPIRE', KEYS[1], math.min(left, idle)) end
return value
`

/** Result of `PUT` if over nine tenths of `maxmemory` are used. The rest is for revocations and replay protection. */
const FULL = -1

/**
 * Script that stores an entry. KEYS: entry, groups, tags. ARGV: value, end, idle time, channel, whether it has an owner, group
 * sizes. Returns the evicted keys.
 */
const PUT = `${PARSE}
local till, idle = tonumber(ARGV[2]), tonumber(ARGV[3])
local left = till - now()
if left <= 0 then return 0 end
if ARGV[5] == '1' then
  -- A user without INFO gets an error, which is no text: no limit is known then.
  local memory = redis.pcall('INFO', 'memory')
  if type(memory) ~= 'string' then memory = '' end
  local used, most = tonumber(string.match(memory, 'used_memory:(%d+)')), tonumber(string.match(memory, 'maxmemory:(%d+)'))
  if used and most and most > 0 and used > most * 0.9 then return ${FULL} end
end
local first = left
if idle > 0 then first = math.min(left, idle) end
redis.call('SET', KEYS[1], string.format('%.0f %.0f ', till, idle) .. ARGV[1], 'PX', string.format('%.0f', first))
local evicted = {}
for i = 2, #KEYS do
  local most = tonumber(ARGV[i + 4])
  if most then
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now())
    redis.call('ZADD', KEYS[i], till, KEYS[1])
  else
    redis.call('SADD', KEYS[i], KEYS[1])
  end
  if redis.call('PTTL', KEYS[i]) < left then redis.call('PEXPIRE', KEYS[i], string.format('%.0f', left)) end
  while most and redis.call('ZCARD', KEYS[i]) > most do
    local gone = redis.call('ZRANGE', KEYS[i], 0, 0)[1]
    -- One that has ended by itself makes room, too. While a Redis Cluster moves it, this fails before anything is forgotten.
    if redis.call('DEL', gone) == 1 then evicted[#evicted + 1] = gone end
    redis.call('ZREM', KEYS[i], gone)
    for j = i + 1, #KEYS do
      if not tonumber(ARGV[j + 4]) then redis.call('SREM', KEYS[j], gone) end
    end
  end
end
if #evicted > 0 then redis.call('PUBLISH', ARGV[4], table.concat(evicted, '\\n')) end
return evicted
`

const REPLACE = `${PARSE}
local text = redis.call('GET', KEYS[1])
if not text then return 0 end
local till, idle, value = parse(text)
if value ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], string.format('%.0f %.0f ', till, idle) .. ARGV[2], 'KEEPTTL')
return 1
`

const TAKE = `${PARSE}
local text = redis.call('GET', KEYS[1])
if not text then return false end
redis.call('DEL', KEYS[1])
local till, idle, value = parse(text)
if not till or till <= now() then return false end
return value
`

const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`

const END = `
redis.call('DEL', unpack(KEYS))
redis.call('PUBLISH', ARGV[1], table.concat(KEYS, '\\n'))
return 1
`

/** Script that ends sessions of a tag. KEYS: tag, sessions. A session that begins meanwhile keeps its tag. */
const END_TAGGED = `
for i = 2, #KEYS do
  redis.call('DEL', KEYS[i])
  redis.call('SREM', KEYS[1], KEYS[i])
end
redis.call('PUBLISH', ARGV[1], table.concat(KEYS, '\\n', 2))
return 1
`
