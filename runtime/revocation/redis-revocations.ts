import { randomBytes } from 'node:crypto'
import type { Log } from '../log.ts'
import { type KeyRing, StoreUnavailable } from '../sessions/index.ts'
import { RedisConnection } from '../sessions/redis-connection.ts'
import { KeptList } from './kept-list.ts'
import { MOST_REVOCATIONS, type Once, type Outcome, type Revocation, type Standing } from './revocation.ts'
import { isRevocation } from './revocation-file.ts'
import type { KeeperListener, RevocationKeeper } from './revocation-keeper.ts'

export interface RedisRevocationsOptions {
  readonly url: string
  readonly ring: KeyRing
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  /** Before all names there. */
  readonly prefix?: string
}

/** Milliseconds between two looks at whether there is something new; and after which, without an answer, nothing would be heard of. */
const LOOK = { every: 200, most: 1000 }

/** Of the hash, beside the revocations by their ids: what it was made as, and how often it has changed. */
const EPOCH = ' epoch'
const COUNT = ' count'

/**
 * In a Redis that several proxies share: one hash of sealed texts. Each proxy looks several times a second whether it has changed, so that no message can be lost. A Redis that has lost its memory
 * (it is of another `epoch` than before) gets back what its proxies still know: what is revoked stays revoked.
 */
export class RedisRevocations implements RevocationKeeper {
  readonly #redis: RedisConnection
  readonly #options: RedisRevocationsOptions
  readonly #hash: string
  readonly #kept: KeptList
  readonly #timer: NodeJS.Timeout
  /** What was read last. */
  #epoch: string | null = null
  #count: string | null = null
  #heard = Number.NEGATIVE_INFINITY
  #hears = false
  #looking: Promise<void> | null = null
  #listener: KeeperListener | null = null

  constructor(options: RedisRevocationsOptions) {
    const { url, clock = Date.now, prefix = 'iap:' } = options
    this.#options = options
    this.#hash = `${prefix}revocations`
    this.#kept = new KeptList(clock, [])
    this.#redis = new RedisConnection(url, 'revocations', options.log)
    this.#redis.client.on('ready', () => void this.#lookNow())
    this.#redis.connect(this.#redis.client)
    this.#timer = setInterval(() => void this.#lookNow(), LOOK.every).unref()
  }

  standing(): Standing {
    return { list: this.#kept.all, hears: this.#hears }
  }

  async add(revocations: readonly Revocation[], once: Once | null): Promise<Outcome> {
    const gone = this.#kept.replacedBy(revocations)
    const pairs = revocations.flatMap((one) => [one.id, this.#seal(one)])
    const answer = await this.#redis.run(
      ADD,
      [this.#hash, once === null ? this.#hash : `${this.#hash}:once:${once.key}`],
      [
        ...[newEpoch(), String(MOST_REVOCATIONS), String(once === null ? 0 : Math.ceil(once.ms)), String(pairs.length)],
        ...pairs,
        ...gone,
      ],
    )
    if (answer === 2) return 'known'
    if (answer === 3) return 'full'
    await this.#lookAgain()
    return 'added'
  }

  async remove(id: string): Promise<Revocation | null> {
    // Another proxy may have made it just now.
    if (this.#kept.get(id) === null) await this.#lookAgain()
    const found = this.#kept.get(id)
    if (found === null) return null
    await this.#redis.run(REMOVE, [this.#hash], [id])
    await this.#lookAgain()
    return found
  }

  listen(listener: KeeperListener): void {
    this.#listener = listener
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#listener = null
    this.#redis.client.destroy()
  }

  /** After a change of one's own: one that has begun before may not have seen it. */
  async #lookAgain(): Promise<void> {
    await this.#looking
    await this.#lookNow()
  }

  /** At most one at a time. Never rejects. */
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
    if (!this.#redis.client.isReady) throw new StoreUnavailable('it is not connected')
    const [epoch = null, count = null] = await this.#redis.ask((client) => client.hmGet(this.#hash, [EPOCH, COUNT]))
    if (epoch === this.#epoch && count === this.#count) return
    if (this.#epoch !== null && epoch !== this.#epoch) await this.#giveBack()
    await this.#load()
  }

  async #giveBack(): Promise<void> {
    const known = this.#kept.all
    if (known.length === 0) return
    this.#options.log.warn('the Redis of revocations has lost its memory, and is told again what is revoked', {
      revocations: known.length,
    })
    const pairs = known.flatMap((one) => [one.id, this.#seal(one)])
    await this.#redis.run(GIVE_BACK, [this.#hash], [newEpoch(), ...pairs])
  }

  async #load(): Promise<void> {
    const {
      [EPOCH]: epoch = null,
      [COUNT]: count = null,
      ...sealed
    } = await this.#redis.ask((client) => client.hGetAll(this.#hash))
    const list: Revocation[] = []
    let unreadable = 0
    for (const [id, text] of Object.entries(sealed)) {
      // One that was known when it could be opened is still what it was.
      const revocation = this.#open(id, text) ?? this.#kept.get(id)
      if (revocation === null) unreadable++
      else list.push(revocation)
    }
    const change = this.#kept.changeTo(list)
    if (change.added.length + change.removed.length > 0) this.#listener?.changed(change)
    if (unreadable > 0) throw this.#unavailable(`${unreadable} revocations are there that none of \`sessions.keys\` opens`)
    this.#epoch = epoch
    this.#count = count
    await this.#sealAgain(
      list.filter(({ id }) => !this.#options.ring.isCurrent(sealed[id] ?? '')),
      sealed,
    )
  }

  /** A key may be taken away before they are over. */
  async #sealAgain(list: readonly Revocation[], before: Readonly<Record<string, string>>): Promise<void> {
    for (const one of list) {
      // One that only was known when it could be opened is another key's, which comes first elsewhere.
      if (this.#open(one.id, before[one.id] ?? '') === null) continue
      const args = [one.id, before[one.id] ?? '', this.#seal(one)]
      await this.#redis.run(REPLACE, [this.#hash], args)
    }
  }

  #seal(revocation: Revocation): string {
    return this.#options.ring.seal(JSON.stringify(revocation), `${this.#hash} ${revocation.id}`)
  }

  /** Null where nobody who has a key has written it. */
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

const ADD = `
local most, ms, last = tonumber(ARGV[2]), tonumber(ARGV[3]), 4 + tonumber(ARGV[4])
if ms > 0 and redis.call('EXISTS', KEYS[2]) == 1 then return 2 end
if redis.call('HLEN', KEYS[1]) - 2 - (#ARGV - last) + (last - 4) / 2 > most then return 3 end
for i = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
redis.call('HSETNX', KEYS[1], '${EPOCH}', ARGV[1])
for i = 5, last, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('HINCRBY', KEYS[1], '${COUNT}', 1)
if ms > 0 then redis.call('SET', KEYS[2], '1', 'PX', ARGV[3]) end
return 1
`

const REMOVE = `
if redis.call('HDEL', KEYS[1], ARGV[1]) == 1 then redis.call('HINCRBY', KEYS[1], '${COUNT}', 1) end
return 1
`

const REPLACE = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1
`

const GIVE_BACK = `
redis.call('HSETNX', KEYS[1], '${EPOCH}', ARGV[1])
for i = 2, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
return redis.call('HINCRBY', KEYS[1], '${COUNT}', 1)
`
