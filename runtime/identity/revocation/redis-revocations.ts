import { randomBytes } from 'node:crypto'
import { StoreUnavailable } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { RedisConnection } from '../../base/redis/redis-connection.ts'
import type { RedisEndpoint } from '../../base/redis/redis-server.ts'
import { inSlices } from '../../base/waiting.ts'
import type { KeyRing } from '../sessions/index.ts'
import { isRevocation } from './is-revocation.ts'
import { KeptList } from './kept-list.ts'
import {
  MOST_REVOCATIONS,
  type Once,
  type Revocation,
  type RevocationOutcome,
  type RevokedFrom,
  type Standing,
} from './revocation.ts'
import type { KeeperListener, RevocationKeeper } from './revocation-keeper.ts'

export interface RedisRevocationsOptions {
  readonly url: RedisEndpoint
  readonly ring: KeyRing
  readonly log: Log
  /** Returns the current time in milliseconds since 1970. */
  readonly clock?: () => number
  readonly prefix?: string
}

/** Milliseconds between two polls, and milliseconds without a response after which the list is considered out of date. */
const LOOK = { every: 200, most: 1000 }

/** Number of revocations that are decrypted or sent at once, which takes one or two milliseconds. */
const SLICE = 100

/**
 * Hash fields besides the revocations: its random epoch, the number of changes, the change up to which the change log may have
 * gaps, and the last logged change. (An earlier version wrote no log: its changes appear as missing from the log.)
 */
const FIELD = { epoch: ' epoch', count: ' count', floor: ' floor', logged: ' logged' } as const
const FIELDS: ReadonlySet<string> = new Set(Object.values(FIELD))

/**
 * The list of revocations in a Redis that several proxies share. Redis holds the encrypted revocations by ID, and a log of
 * changes. Each proxy polls the log several times a second, so no change is missed. If Redis has lost its data, which a new
 * `epoch` shows, the proxies restore the revocations they know.
 */
export class RedisRevocations implements RevocationKeeper {
  readonly #redis: RedisConnection
  readonly #options: RedisRevocationsOptions
  readonly #hash: string
  readonly #log: string
  readonly #kept: KeptList
  readonly #timer: NodeJS.Timeout
  /** State of the last read. */
  #epoch: string | null = null
  #count: number | null = null
  #heard = Number.NEGATIVE_INFINITY
  #hears = false
  /** Number of connections, and how many there were at the last complete read. */
  #connections = 0
  #readAt = 0
  #looking: Promise<void> | null = null
  #listener: KeeperListener | null = null

  constructor(options: RedisRevocationsOptions) {
    const { url, clock = Date.now, prefix = 'iap:' } = options
    this.#options = options
    // One slot of a Redis Cluster, because scripts use several of these keys.
    this.#hash = `${prefix}{revocations}`
    this.#log = `${prefix}{revocations}:log`
    this.#kept = new KeptList(clock, [])
    this.#redis = new RedisConnection(url, 'revocations', options.log, {
      ready: () => {
        this.#connections += 1
        void this.#lookNow()
      },
    })
    this.#timer = setInterval(() => void this.#lookNow(), LOOK.every).unref()
  }

  get hears(): boolean {
    return this.#hears
  }

  get size(): number {
    return this.#kept.size
  }

  live(): Iterable<Revocation> {
    return this.#kept.live()
  }

  standing(): Standing {
    return { list: this.#kept.all, hears: this.#hears }
  }

  async add(revocations: readonly Revocation[], once: Once | null, from: RevokedFrom): Promise<RevocationOutcome> {
    const gone = this.#kept.replacedBy(revocations)
    if (!this.#kept.hasRoom(revocations, gone, from)) return 'full'
    const pairs = revocations.flatMap((one) => [one.id, this.#seal(one)])
    const ms = String(once === null ? 0 : Math.ceil(once.ms))
    const answer = await this.#redis.run(
      ADD,
      [this.#hash, this.#log, once === null ? this.#hash : `${this.#hash}:once:${once.key}`],
      [newEpoch(), String(MOST_REVOCATIONS[from]), ms, String(pairs.length), ...pairs, ...gone],
    )
    if (answer === 2) return 'known'
    if (answer === 3) return 'full'
    await this.#lookAgain()
    return 'added'
  }

  async remove(id: string): Promise<Revocation | null> {
    if (this.#kept.get(id) === null) await this.#lookAgain()
    const found = this.#kept.get(id)
    if (found === null) return null
    await this.#redis.run(REMOVE, [this.#hash, this.#log], [id])
    await this.#lookAgain()
    return found
  }

  listen(listener: KeeperListener): void {
    this.#listener = listener
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#listener = null
    this.#redis.close()
  }

  /** After a change of this process, as a poll under way may not have seen it. */
  async #lookAgain(): Promise<void> {
    await this.#looking
    await this.#lookNow()
  }

  /** One at a time. Never rejects. */
  #lookNow(): Promise<void> {
    if (this.#hears && performance.now() - this.#heard >= LOOK.most) this.#setHears(false)
    this.#looking ??= this.#look()
      .then(
        () => {
          this.#heard = performance.now()
          this.#redis.works()
          this.#setHears(true)
        },
        () => {},
      )
      .finally(() => {
        this.#looking = null
      })
    return this.#looking
  }

  async #look(): Promise<void> {
    const connections = this.#connections
    const fields = [FIELD.epoch, FIELD.count, FIELD.floor, FIELD.logged]
    const [epoch = null, ...numbers] = await this.#redis.ask(this.#hash, (client) => client.hmGet(this.#hash, fields))
    const [count, floor, logged] = numbers.map((text) => (text === null ? null : Number(text)))
    // Another server may have the same count, and lack changes that the one before had acknowledged.
    const isOther = epoch !== this.#epoch || connections !== this.#readAt
    if (!isOther && (count ?? null) === this.#count) return
    const isLogged = !isOther && count === logged && this.#count !== null && typeof floor === 'number' && this.#count >= floor
    if (isLogged) await this.#loadChanges(this.#count as number)
    else await this.#loadAll(isOther)
    this.#epoch = epoch
    this.#readAt = connections
    this.#count = count ?? null
  }

  async #giveBack(lost: readonly Revocation[]): Promise<void> {
    this.#options.log.warn('the Redis of revocations has lost data: revocations are written to it again', {
      revocations: lost.length,
    })
    for await (const known of inSlices(lost, SLICE)) {
      const pairs = known.flatMap((one) => [one.id, this.#seal(one)])
      await this.#redis.run(GIVE_BACK, [this.#hash], [newEpoch(), ...pairs])
    }
  }

  async #loadChanges(since: number): Promise<void> {
    const ids = await this.#redis.ask(this.#log, (client) => client.zRangeByScore(this.#log, `(${since}`, '+inf'))
    const unreadable: string[] = []
    for await (const slice of inSlices(ids, SLICE)) {
      const texts = await this.#redis.ask(this.#hash, (client) => client.hmGet(this.#hash, [...slice]))
      const sealed = slice.flatMap((id, at) => (typeof texts[at] === 'string' ? [[id, texts[at]] as const] : []))
      unreadable.push(...this.#take(sealed))
      const there = new Set(sealed.map(([id]) => id))
      if (sealed.some(([, text]) => !this.#options.ring.isCurrent(text)))
        await this.#sealAgain([...there].flatMap((id) => this.#kept.get(id) ?? []))
      this.#apply(
        [],
        slice.filter((id) => !there.has(id)),
      )
    }
    this.#complain(unreadable.length)
  }

  /** @param mayHaveLost whether Redis may lack revocations that nobody removed, which are written to it again */
  async #loadAll(mayHaveLost: boolean): Promise<void> {
    const there = new Set<string>()
    let unreadable = 0
    let cursor = '0'
    do {
      const answer = await this.#redis.ask(this.#hash, (client) => client.hScan(this.#hash, cursor, { COUNT: SLICE }))
      cursor = answer.cursor
      const sealed = answer.entries.flatMap(({ field, value }) => (FIELDS.has(field) ? [] : [[field, value] as const]))
      for await (const slice of inSlices(sealed, SLICE)) {
        for (const [id] of slice) there.add(id)
        unreadable += this.#take(slice).length
      }
    } while (cursor !== '0')
    const lost: Revocation[] = []
    for await (const known of inSlices([...this.#kept.live()], SLICE)) {
      const missing = known.filter(({ id }) => !there.has(id))
      const removed = mayHaveLost ? await this.#removedOf(missing) : missing
      lost.push(...missing.filter((one) => !removed.includes(one)))
      this.#apply(
        [],
        removed.map(({ id }) => id),
      )
    }
    if (lost.length > 0) await this.#giveBack(lost)
    this.#complain(unreadable)
    void this.#sealAgain(this.#kept.live())
  }

  /** Returns those that somebody removed: the log has their removal, and an addition that was lost is not in it. */
  async #removedOf(missing: readonly Revocation[]): Promise<readonly Revocation[]> {
    if (missing.length === 0) return []
    const scores = await this.#redis.ask(this.#log, (client) =>
      Promise.all(missing.map(({ id }) => client.zScore(this.#log, id))),
    )
    return missing.filter((_, at) => scores[at] !== null)
  }

  /** Returns the IDs of unreadable ones. A revocation that is already known stays as it was. */
  #take(sealed: readonly (readonly [id: string, text: string])[]): readonly string[] {
    const added: Revocation[] = []
    const unreadable: string[] = []
    for (const [id, text] of sealed) {
      if (this.#kept.get(id) !== null) continue
      const revocation = this.#open(id, text)
      if (revocation === null) unreadable.push(id)
      else added.push(revocation)
    }
    this.#apply(added, [])
    return unreadable
  }

  #apply(added: readonly Revocation[], removed: readonly string[]): void {
    const change = this.#kept.apply({ added, removed })
    if (change.added.length + change.removed.length > 0) this.#listener?.changed(change)
  }

  /** Rejects, so the change is read again until somebody fixes the keys. */
  #complain(unreadable: number): void {
    if (unreadable > 0) throw this.#unavailable(`${unreadable} revocations cannot be decrypted with any of \`sessions.keys\``)
  }

  /** Reseals with the first key, as an older one may be removed before they end. */
  async #sealAgain(list: Iterable<Revocation>): Promise<void> {
    try {
      for await (const known of inSlices(list, SLICE)) {
        const texts = await this.#redis.ask(this.#hash, (client) =>
          client.hmGet(
            this.#hash,
            known.map(({ id }) => id),
          ),
        )
        for (const [at, one] of known.entries()) {
          const before = texts[at]
          if (typeof before !== 'string' || this.#options.ring.isCurrent(before)) continue
          // An unreadable one belongs to a key that comes first in another proxy.
          if (this.#open(one.id, before) !== null) await this.#redis.run(REPLACE, [this.#hash], [one.id, before, this.#seal(one)])
        }
      }
    } catch {
      // The next poll reports it.
    }
  }

  #seal(revocation: Revocation): string {
    return this.#options.ring.seal(JSON.stringify(revocation), `${this.#hash} ${revocation.id}`)
  }

  /** Returns `null` if no known key sealed it. */
  #open(id: string, sealed: string): Revocation | null {
    const text = this.#options.ring.open(sealed, `${this.#hash} ${id}`)
    const value: unknown = text === null ? null : JSON.parse(text)
    return isRevocation(value) && value.id === id ? value : null
  }

  #unavailable(message: string): StoreUnavailable {
    const error = new StoreUnavailable(message)
    this.#redis.fails(error)
    return error
  }

  #setHears(hears: boolean): void {
    if (hears === this.#hears) return
    this.#hears = hears
    this.#listener?.hears(hears)
  }
}

function newEpoch(): string {
  return randomBytes(12).toString('base64url')
}

/** Number of changes that the log keeps. A proxy that missed more reads all revocations. */
const LOGGED = 20_000

/** Script that makes a change. The change is counted before, as an earlier version may have made changes without a log. */
const CHANGE = `
local count = redis.call('HINCRBY', KEYS[1], '${FIELD.count}', 1)
local logged = redis.call('HGET', KEYS[1], '${FIELD.logged}')
if not logged or tonumber(logged) ~= count - 1 then redis.call('HSET', KEYS[1], '${FIELD.floor}', count - 1) end
redis.call('HSET', KEYS[1], '${FIELD.logged}', count)
local function log(id) redis.call('ZADD', KEYS[2], count, id) end
`

const TRIM = `
local most = redis.call('ZCARD', KEYS[2]) - ${LOGGED}
if most > 0 then
  redis.call('HSET', KEYS[1], '${FIELD.floor}', redis.call('ZRANGE', KEYS[2], most - 1, most - 1, 'WITHSCORES')[2])
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, most - 1)
end
`

const ADD = `
local most, ms, last = tonumber(ARGV[2]), tonumber(ARGV[3]), 4 + tonumber(ARGV[4])
if ms > 0 and redis.call('EXISTS', KEYS[3]) == 1 then return 2 end
if redis.call('HLEN', KEYS[1]) - ${FIELDS.size} - (#ARGV - last) + (last - 4) / 2 > most then return 3 end
redis.call('HSETNX', KEYS[1], '${FIELD.epoch}', ARGV[1])
${CHANGE}
for i = last + 1, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
  log(ARGV[i])
end
for i = 5, last, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  log(ARGV[i])
end
${TRIM}
if ms > 0 then redis.call('SET', KEYS[3], '1', 'PX', ARGV[3]) end
return 1
`

const REMOVE = `
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 1 end
${CHANGE}
log(ARGV[1])
${TRIM}
return 1
`

const REPLACE = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1
`

const GIVE_BACK = `
redis.call('HSETNX', KEYS[1], '${FIELD.epoch}', ARGV[1])
for i = 2, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
return redis.call('HINCRBY', KEYS[1], '${FIELD.count}', 1)
`
