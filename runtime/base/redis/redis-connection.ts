import { setTimeout as delay } from 'node:timers/promises'
import { StoreUnavailable } from '../errors.ts'
import type { Log } from '../log.ts'
import { ClusterNodes } from './cluster-nodes.ts'
import { watchPrimary } from './primary-watch.ts'
import { PATIENCE, type RedisClient, RedisLink } from './redis-link.ts'
import { hostOf, type RedisAccess, type RedisEndpoint } from './redis-server.ts'
import type { Topology } from './topology.ts'

export type { RedisClient } from './redis-link.ts'

export interface RedisEvents {
  /** Called whenever a connection can be used. What another server had acknowledged before may be lost. */
  readonly ready?: () => void
}

export interface SubscriptionEvents {
  readonly message: (text: string) => void
  /** Called when messages arrive from now on. `client` may also send commands. */
  readonly ready: (link: RedisLink) => void
  /** Called when messages may be lost. */
  readonly lost: () => void
}

export interface Subscription {
  close(): void
}

/** Number of redirects within a Redis Cluster that one command follows, at most. */
const MOST_REDIRECTS = 5
/** Milliseconds until a command is sent again while a Redis Cluster moves its keys. */
const MOVING = 50

/** Number of different problems of a server that are logged until it works again, at most. */
const MOST_PROBLEMS = 20

/** Passwords that are removed from messages: after a rotation, an older one may still be quoted. */
const MOST_PASSWORDS = 4

/**
 * A connection to a Redis: one server, the primary that sentinels name, or the nodes of a Redis Cluster. While the server of a
 * key is unavailable, commands fail at once; each outage and recovery is logged once.
 *
 * `@redis/client` is made by Redis and has no dependencies; `ioredis` gets security fixes only. Its own clients for Sentinel and
 * Cluster are not used: they do not bound their waits, and they keep the password and the TLS files.
 */
export class RedisConnection {
  readonly #what: string
  readonly #log: Log
  readonly #events: RedisEvents
  readonly #access: RedisAccess | null
  readonly #topology: Topology
  readonly #cluster: ClusterNodes | null
  /** Whether sentinels name the server, which must then be a primary. */
  readonly #isNamed: boolean
  readonly #links = new Map<string, RedisLink>()
  readonly #subscriptions = new Set<{ sync(): void; close(): void }>()
  readonly #passwords = new Set<string>()
  /** Logged problems by server, until it works again; the empty text stands for all servers. */
  readonly #problems = new Map<string, Set<string>>()
  #isOpen = true

  /**
   * Creates a connection and begins to open it.
   *
   * @param what name of the stored data, for the log
   */
  constructor(endpoint: RedisEndpoint, what: string, log: Log, events: RedisEvents = {}) {
    this.#what = what
    this.#log = log
    this.#events = events
    const secret = (password: string) => this.#remember(password)
    const topologyEvents = {
      changed: () => {
        this.#forgetProblems()
        this.#sync()
        if (this.isReady) events.ready?.()
      },
      failed: (error: Error) => this.fails(error, 'topology'),
    }
    this.#access = typeof endpoint === 'string' ? null : endpoint
    const { url = endpoint as string, sentinel = null, cluster = null } = typeof endpoint === 'string' ? {} : endpoint
    this.#isNamed = sentinel !== null
    this.#cluster = cluster && new ClusterNodes(cluster, () => this.#links.values(), topologyEvents)
    if (sentinel !== null) {
      // A listener is called at once if another connection knows the primary.
      this.#topology = { urls: () => [], urlFor: () => '', close: () => {} }
      this.#topology = watchPrimary(sentinel, this.#access?.tls !== null, secret, topologyEvents)
    } else this.#topology = this.#cluster ?? { urls: () => [url ?? ''], urlFor: () => url ?? '', close: () => {} }
    if (url !== null && typeof endpoint === 'string' && URL.canParse(url)) secret(decodeURIComponent(new URL(url).password))
    this.#sync()
  }

  /** Whether a server is connected. */
  get isReady(): boolean {
    return [...this.#links.values()].some(({ client }) => client !== null)
  }

  /** Resolves when the server of a key is connected, or after `ms` milliseconds. */
  async ready(key: string, ms: number): Promise<void> {
    for (const end = performance.now() + ms; performance.now() < end && this.#linkFor(key)?.client == null; ) await delay(20)
  }

  /**
   * Sends a command to the server that has `key`, and returns the response. `question` is the function that sends the command by
   * the client that it receives; a Redis Cluster may need it more than once.
   *
   * @param patience milliseconds to wait for the response
   * @throws StoreUnavailable if Redis is unavailable, does not respond in time, or responds with an error
   */
  async ask<T>(key: string, question: (client: RedisClient) => Promise<T>, patience: number = PATIENCE): Promise<T> {
    const end = performance.now() + patience
    let link = this.#linkFor(key)
    let isAsking = false
    for (let redirects = 0; ; redirects++) {
      // The reason why there is no connection has been logged.
      if (!link?.client) throw new StoreUnavailable(`the proxy is not connected to the Redis of ${this.#what}`)
      try {
        if (isAsking) link.client.sendCommand(['ASKING']).catch(() => {})
        return await link.send(question, end - performance.now())
      } catch (error) {
        let problem = error as Error
        try {
          const next = await this.#next(problem, link, key, end)
          if (next !== null && redirects < MOST_REDIRECTS) {
            ;({ link, isAsking } = next)
            continue
          }
        } catch (refused) {
          problem = refused as Error
        }
        this.fails(problem)
        throw new StoreUnavailable(this.withoutPassword(problem.message))
      }
    }
  }

  /**
   * Runs a Lua script in Redis, which executes it atomically, and returns its result. All keys must be on one server: in a Redis
   * Cluster, their names have the same hash tag.
   *
   * @throws StoreUnavailable if Redis is unavailable, does not respond in time, or responds with an error
   */
  async run(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return await this.ask(keys[0] ?? '', (client) => client.eval(script, { keys: [...keys], arguments: [...args] }))
  }

  /** Subscribes to a channel, by a connection of its own to the server that has `key`. */
  subscribe(channel: string, key: string, events: SubscriptionEvents): Subscription {
    let link: RedisLink | null = null
    const sync = () => {
      const url = this.#urlFor(key)
      if (link?.url === url) return
      if (link !== null) events.lost()
      link?.close()
      link =
        url === null
          ? null
          : this.#open(url, {
              prepare: (client) =>
                client.subscribe(channel, (text) => {
                  link?.progress()
                  events.message(text)
                }),
              up: (opened) => events.ready(opened),
              down: () => events.lost(),
            })
    }
    const subscription = {
      sync,
      close: () => {
        this.#subscriptions.delete(subscription)
        link?.close()
      },
    }
    this.#subscriptions.add(subscription)
    sync()
    return subscription
  }

  /** Removes passwords from a message: a server that does not know the command `AUTH` quotes its arguments. */
  withoutPassword(message: string): string {
    return [...this.#passwords].reduce((text, password) => text.replaceAll(password, '***'), message)
  }

  /**
   * Logs a problem once until the server works again: two that take turns would fill the log. `server` is the URL of the server
   * that it concerns, if there are several.
   */
  fails(error: Error & { code?: unknown }, server = ''): void {
    const problem = this.withoutPassword(error.message || String(error.code ?? 'unknown'))
    const known = this.#problems.get(server) ?? new Set()
    if (!this.#isOpen || known.has(problem) || known.size >= MOST_PROBLEMS) return
    this.#problems.set(server, known.add(problem))
    this.#log.error(`the Redis of ${this.#what} is unavailable${this.#at(server)}: ${problem}`)
  }

  /** Logs that a problem is over. */
  works(server = ''): void {
    if (this.#problems.delete(server)) this.#log.info(`the Redis of ${this.#what} is available again${this.#at(server)}`)
  }

  close(): void {
    this.#isOpen = false
    this.#topology.close()
    for (const subscription of this.#subscriptions) subscription.close()
    for (const link of this.#links.values()) link.close()
    this.#links.clear()
  }

  /** Forgets the problems of commands to a Redis Cluster, so that they are logged again. No single server ends them. */
  #forgetProblems(): void {
    if (this.#cluster !== null) this.#problems.delete('')
  }

  #at(server: string): string {
    return server.includes('://') && this.#cluster !== null ? ` at ${hostOf(server)}` : ''
  }

  #remember(password: string): void {
    if (password === '') return
    this.#passwords.delete(password)
    this.#passwords.add(password)
    const [oldest = ''] = this.#passwords
    if (this.#passwords.size > MOST_PASSWORDS) this.#passwords.delete(oldest)
  }

  #urlFor(key: string): string | null {
    try {
      return this.#topology.urlFor(key)
    } catch {
      return null
    }
  }

  #linkFor(key: string): RedisLink | null {
    return this.#links.get(this.#urlFor(key) ?? '') ?? null
  }

  /** Opens links to all servers, and closes those to former ones. */
  #sync(): void {
    if (!this.#isOpen) return
    const urls = new Set(this.#topology.urls())
    for (const [url, link] of this.#links) {
      if (urls.has(url)) continue
      link.close()
      this.#links.delete(url)
      this.#problems.delete(url)
    }
    for (const url of urls) {
      if (this.#links.has(url)) continue
      const events = {
        up: () => {
          this.#forgetProblems()
          void this.#cluster?.read()
          this.works('topology')
          this.#events.ready?.()
        },
        down: () => {},
      }
      this.#links.set(url, this.#open(url, events))
    }
    for (const { sync } of this.#subscriptions) sync()
  }

  #open(
    url: string,
    events: { prepare?(client: RedisClient): Promise<unknown>; up(link: RedisLink): void; down(): void },
  ): RedisLink {
    const server = this.#cluster === null ? '' : url
    const link: RedisLink = new RedisLink({
      url,
      access: this.#access,
      secret: (password) => this.#remember(password),
      prepare: async (client) => {
        if (this.#isNamed) await requirePrimary(client)
        await events.prepare?.(client)
      },
      up: () => {
        this.works(server)
        events.up(link)
      },
      down: (error) => {
        this.fails(error, server)
        this.#cluster?.invalidate()
        events.down()
      },
    })
    return link
  }

  /**
   * Returns where to send a command again, or `null` if nowhere. The command has not been executed.
   *
   * @throws Error if a node redirects to one that the configuration does not permit
   */
  async #next(
    { message }: Error,
    link: RedisLink,
    key: string,
    end: number,
  ): Promise<{ readonly link: RedisLink | null; readonly isAsking: boolean } | null> {
    // The sentinels have made it a replica of another server.
    if (message.startsWith('READONLY ') && this.#cluster === null) link.drop(new Error(message))
    if (this.#cluster === null) return null
    const left = end - performance.now()
    if (message.startsWith('CLUSTERDOWN')) this.#cluster.invalidate()
    if (message.startsWith('TRYAGAIN') && left > MOVING) {
      // Some keys of the command have moved already.
      await delay(MOVING)
      return { link: this.#linkFor(key), isAsking: false }
    }
    const [, kind, slot = '', address = ''] = /^(MOVED|ASK) (\d{1,5}) (\S+)$/.exec(message) ?? []
    if (kind === undefined || left <= 0) return null
    const url = this.#cluster.redirect(address, link.url)
    if (kind === 'MOVED') this.#cluster.moved(Number(slot), url)
    const next = this.#links.get(url) ?? null
    await next?.ready(left)
    return { link: next, isAsking: kind === 'ASK' }
  }
}

/** A sentinel names a server by what it knows. Only the server knows its role. */
export async function requirePrimary(client: RedisClient): Promise<void> {
  const [role] = (await client.sendCommand(['ROLE'])) as unknown as readonly unknown[]
  if (role !== 'master') throw new Error('the server that the sentinels name is not a primary')
}
