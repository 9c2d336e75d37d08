import { randomBytes } from 'node:crypto'
import type { Log } from '../../base/log.ts'
import type { RedisEndpoint } from '../../base/redis/redis-server.ts'
import { settledWithin } from '../../base/waiting.ts'
import { type FleetOverview, overviewOf } from './fleet-overview.ts'
import { FleetRegistry, MOST_PROXIES, type StoredReports } from './fleet-registry.ts'
import { type FleetReport, renderReport } from './fleet-report.ts'

export interface FleetMemberOptions {
  readonly redis: RedisEndpoint
  readonly prefix: string
  /** ID of the proxy; `null` for a random one. */
  readonly id: string | null
  readonly log: Log
  /** Returns the current state of the proxy. */
  readonly state: () => Promise<MemberState>
}

export type MemberState = Omit<FleetReport, 'instance' | 'isShared'>

/** Milliseconds: between two checks whether the state has changed, between two reports, and for the last step of an end. */
const EVERY = { check: 250, report: 2000, end: 500 }

/** Milliseconds that a reader waits for Redis. */
const READ = 1000

/** Reports the state of this proxy to its fleet, and reads the reports of all proxies. Redis never delays or fails a request. */
export class FleetMember {
  readonly id: string
  readonly #instance = randomBytes(12).toString('base64url')
  readonly #registry: FleetRegistry
  readonly #options: FleetMemberOptions
  readonly #timer: NodeJS.Timeout
  #reporting: Promise<void> | null = null
  #reading: Promise<StoredReports | null> | null = null
  #written: { readonly text: string; readonly at: number } | null = null
  /** When to stop reporting that the ID is shared, as `performance.now()`. */
  #sharedUntil = 0
  #isFull = false
  #unreadable = 0

  constructor(options: FleetMemberOptions) {
    this.id = options.id ?? `proxy-${randomBytes(8).toString('hex')}`
    this.#options = options
    this.#registry = new FleetRegistry(options)
    this.#timer = setInterval(() => this.#report(), EVERY.check).unref()
    this.#report()
  }

  /** Returns the state of the fleet. Never rejects, and takes at most a second. */
  async overview(): Promise<FleetOverview> {
    this.#reading ??= this.#registry
      .list()
      .catch(() => null)
      .finally(() => {
        this.#reading = null
      })
    const overview = overviewOf(this.id, await settledWithin(this.#reading, READ, null))
    if (overview.unreadable > 0 && this.#unreadable === 0)
      this.#options.log.warn('the Redis of the fleet has entries that are not reports of proxies', {
        entries: overview.unreadable,
      })
    this.#unreadable = overview.unreadable
    return overview
  }

  /** Removes the report of this proxy, and closes the connection. Takes at most half a second. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    const removed = (this.#reporting ?? Promise.resolve()).then(() => this.#registry.remove(this.id, this.#instance))
    await settledWithin(
      removed.catch(() => {}),
      EVERY.end,
      undefined,
    )
    this.#registry.close()
  }

  /** One report at a time. */
  #report(): void {
    this.#reporting ??= this.#write()
      // `RedisConnection` has logged it.
      .catch(() => {
        this.#written = null
      })
      .finally(() => {
        this.#reporting = null
      })
  }

  async #write(): Promise<void> {
    const state = await this.#options.state()
    const now = performance.now()
    const isShared = now < this.#sharedUntil
    const text = renderReport({ ...state, instance: this.#instance, isShared })
    const before = this.#written
    if (before !== null && before.text === text && now - before.at < EVERY.report) return
    const outcome = await this.#registry.put(this.id, this.#instance, text)
    this.#written = { text, at: now }
    const { log } = this.#options
    if (outcome === 'full' && !this.#isFull)
      log.error(`the fleet has ${MOST_PROXIES} proxies, which is the maximum: this one cannot report`)
    this.#isFull = outcome === 'full'
    // The first report may replace that of an earlier run.
    if (outcome !== 'shared' || before === null) return
    if (!isShared) log.error('another proxy of the fleet has the same ID: give each its own `fleet.id`', { id: this.id })
    this.#sharedUntil = now + 3 * EVERY.report
  }
}
