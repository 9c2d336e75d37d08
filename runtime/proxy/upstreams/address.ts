import type { LookupAddress } from 'node:dns'
import type { Dispatcher } from 'undici'
import type { UpstreamTls } from '../../tls/index.ts'
import { probe } from './ask-status.ts'
import { type Candidate, hash } from './balance.ts'
import { Ejection } from './ejection.ts'
import { HealthCheck } from './health-check.ts'
import { type Transport, transportsOf } from './transport.ts'
import type { UpstreamConfig } from './upstream-config.ts'

/** One address of a service: its connections, and what is known of it. */
export class Address implements Candidate {
  /** `http://10.0.0.1:8080`: as in the configuration, or with the address in place of a name that has several. */
  readonly label: string
  /**
   * What undici files connections of TLS under. Left out, it takes it from each request's Host: a client would choose the name
   * that the certificate is checked for.
   */
  readonly servername: string
  readonly hash: number
  readonly ejection: Ejection
  /** Requests under way. */
  requests = 0
  /** By its probes; true where there are none. */
  healthy = true
  /** Whether the log has a line about its ejection, and when it had the last one. */
  noted = false
  notedAt = Number.NEGATIVE_INFINITY
  readonly #at: readonly LookupAddress[] | null
  readonly #limit: number
  readonly #kept: Transport
  readonly #fresh: Transport
  readonly #check: HealthCheck | null

  /** `at`: what the origin's name has been looked up to. `onHealth` hears when `healthy` changes. */
  constructor(
    origin: string,
    label: string,
    at: readonly LookupAddress[] | null,
    config: UpstreamConfig,
    clock: () => number,
    tls: UpstreamTls | null,
    onHealth: (address: Address) => void,
  ) {
    const { health, eject, limits } = config
    this.label = label
    this.servername = new URL(origin).hostname
    this.hash = hash(label)
    this.ejection = new Ejection(eject, clock)
    this.#at = at
    this.#limit = limits.connections ?? Number.POSITIVE_INFINITY
    const { kept, fresh } = transportsOf(origin, at, config, tls)
    this.#kept = kept
    this.#fresh = fresh
    const ask = health && (() => probe(this.#fresh, health.path, health.timeout, this.servername))
    this.#check =
      ask &&
      new HealthCheck(health, ask, (healthy) => {
        this.healthy = healthy
        onHealth(this)
      })
  }

  /** Its name was looked up, not left to the system. */
  get lookedUp(): boolean {
    return this.#at !== null
  }

  /** The same, under the same name. */
  is(label: string, at: readonly LookupAddress[]): boolean {
    const mine = this.#at
    if (mine === null || label !== this.label || mine.length !== at.length) return false
    return at.every(({ address }) => mine.some((own) => own.address === address))
  }

  get up(): boolean {
    return this.healthy && !this.ejection.ejected
  }

  takes(panic: boolean): boolean {
    return this.requests < this.#limit && (panic || (this.healthy && this.ejection.admits()))
  }

  /** `fresh`: on a connection that is made for this request, and ends with it. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, fresh: boolean): void {
    const transport = fresh ? this.#fresh : this.#kept
    transport.dispatch(options, handler)
  }

  /** Lets requests end that are under way; none may follow. */
  async drain(): Promise<void> {
    this.#check?.close()
    // Those that were taken in this turn of the event loop are sent at its end.
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([this.#kept.close(), this.#fresh.close()])
  }

  /** Breaks what is under way. */
  async destroy(): Promise<void> {
    this.#check?.close()
    await Promise.all([this.#kept.destroy(), this.#fresh.destroy()])
  }
}
