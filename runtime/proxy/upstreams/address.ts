import type { LookupAddress } from 'node:dns'
import type { Dispatcher } from 'undici'
import type { UpstreamTls } from '../../tls/index.ts'
import { probe } from './ask-status.ts'
import { type Candidate, hash } from './balance.ts'
import { Ejection } from './ejection.ts'
import { HealthCheck } from './health-check.ts'
import { type Transport, transportsOf } from './transport.ts'
import type { UpstreamConfig } from './upstream-config.ts'

export class Address implements Candidate {
  /**
   * Name of the address in logs and status: the configured origin, such as `http://10.0.0.1:8080`, with the IP address if the
   * name has several.
   */
  readonly label: string
  /**
   * Host name of the origin, by which undici caches TLS connections. By default undici takes the request's `Host` header, so
   * that a client could choose the name that the certificate must have.
   */
  readonly servername: string
  readonly hash: number
  readonly ejection: Ejection
  requests = 0
  /** Whether the address is healthy according to its health checks; true if there are none. */
  healthy = true
  /** Whether the current or last ejection of the address from load balancing was logged. */
  noted = false
  notedAt = Number.NEGATIVE_INFINITY
  readonly #at: readonly LookupAddress[] | null
  readonly #limit: number
  readonly #kept: Transport
  readonly #fresh: Transport
  readonly #check: HealthCheck | null

  /**
   * Creates an address of a service, and begins its health checks if any are configured.
   *
   * @param label name of the address in logs and status
   * @param at IP addresses of the origin's host name; `null` if the system resolves the name for each connection
   * @param clock returns monotonic milliseconds, never 0
   */
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

  /** Whether the proxy has resolved the host name of the address. If false, the system resolves it for each connection. */
  get lookedUp(): boolean {
    return this.#at !== null
  }

  /** Returns whether this address has exactly the given label and IP addresses. */
  is(label: string, at: readonly LookupAddress[]): boolean {
    const mine = this.#at
    if (mine === null || label !== this.label || mine.length !== at.length) return false
    return at.every(({ address }) => mine.some((own) => own.address === address))
  }

  get up(): boolean {
    return this.healthy && !this.ejection.ejected
  }

  takes(panic: boolean): boolean {
    return this.requests < this.#limit && (panic || (this.healthy && (this.ejection.isClear || this.ejection.admits())))
  }

  /**
   * Sends a request to the address.
   *
   * @param fresh whether to open a new connection for this request alone
   */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, fresh: boolean): void {
    const transport = fresh ? this.#fresh : this.#kept
    transport.dispatch(options, handler)
  }

  /** Closes the connections when the requests under way are complete. */
  async drain(): Promise<void> {
    this.#check?.close()
    // Requests taken in this turn are sent at its end.
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([this.#kept.close(), this.#fresh.close()])
  }

  async destroy(): Promise<void> {
    this.#check?.close()
    await Promise.all([this.#kept.destroy(), this.#fresh.destroy()])
  }
}
