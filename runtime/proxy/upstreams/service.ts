import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import type { Log, LogFields } from '../../base/log.ts'
import type { Authentication } from '../../identity/index.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import type { ProxyErrorCode } from '../refusals/proxy-errors.ts'
import { Address } from './address.ts'
import { type Balance, balances, hash } from './balance.ts'
import { DnsResolver, type Resolve } from './dns-resolver.ts'
import { RetryBudget } from './retry-budget.ts'
import type { UpstreamConfig } from './upstream-config.ts'

/** Maximum milliseconds of `Retry-After`. */
const MAX_WAIT = 3_600_000

/** Milliseconds between two log lines about one address that flaps. */
const QUIET = 10_000

export interface ServiceHost {
  readonly log: Log
  /** Returns the current time in monotonic milliseconds, never 0. */
  clock(): number
  readonly resolve: Resolve
  /** Milliseconds between two lookups of a host name. */
  readonly resolveInterval: number
}

export interface Unavailable {
  readonly code: Extract<ProxyErrorCode, 'upstream-busy' | 'upstream-unavailable'>
  readonly retryAfter: number
}

export interface ServiceStatus {
  readonly service: string
  readonly addresses: readonly { readonly address: string; readonly up: boolean; readonly requests: number }[]
  /** Number of times that an address was ejected from load balancing since the start. */
  readonly ejections: number
  readonly retries: { readonly sent: number; readonly overBudget: number }
}

/** A service with its addresses and the load balancing among them. */
export class Service {
  readonly name: string
  readonly config: UpstreamConfig
  readonly #host: ServiceHost
  readonly #tls: UpstreamTls | null
  readonly #balance: Balance
  readonly #budget: RetryBudget
  readonly #watches: DnsResolver[] = []
  readonly #byOrigin = new Map<string, readonly Address[]>()
  #addresses: readonly Address[] = []
  readonly #draining = new Set<Address>()
  #turn = 0
  #requests = 0
  #ejections = 0
  #retries = 0
  #overBudget = 0

  constructor(name: string, config: UpstreamConfig, host: ServiceHost, tls: UpstreamTls | null) {
    this.name = name
    this.config = config
    this.#host = host
    this.#tls = tls
    this.#balance = balances[config.balance]
    this.#budget = new RetryBudget(config.retries.budget, host.clock)
    for (const origin of config.upstreams) this.#byOrigin.set(origin, [this.#open(origin, origin, null)])
    this.#gather()
    for (const origin of config.upstreams) this.#follow(origin)
  }

  /**
   * Selects an address for a request. The caller must pass it to `giveBack` at the end. Returns `null` if no address accepts
   * the request; `unavailable` then says why.
   */
  take(caller: Authentication | null): Address | null {
    this.#budget.request()
    const key = this.#keyOf(caller)
    const index = this.#find(key, null)
    if (index < 0) return null
    this.#turn = index + 1
    return this.#taken(index)
  }

  /**
   * Selects an address for a retry. Returns `null` if there is none, or if the retry budget is spent.
   *
   * @param failed the address that failed
   * @param again whether to select the failed address if no other accepts the request
   */
  takeAgain(caller: Authentication | null, failed: Address, again: boolean): Address | null {
    let index = this.#find(this.#keyOf(caller), failed)
    if (index < 0 && again && failed.takes(true)) index = this.#addresses.indexOf(failed)
    if (index < 0) return null
    if (!this.#budget.allows()) {
      this.#overBudget++
      return null
    }
    this.#budget.spend()
    this.#retries++
    return this.#taken(index)
  }

  /** Releases an address that `take` or `takeAgain` returned, when its request is complete. */
  giveBack(address: Address): void {
    address.requests--
    this.#requests--
  }

  unavailable(): Unavailable {
    const { panic, health } = this.config
    if (this.#isFull() || panic || this.#addresses.some(({ up }) => up)) return { code: 'upstream-busy', retryAfter: 1 }
    const waits = this.#addresses.map(({ healthy, ejection }) =>
      Math.max(ejection.remaining, healthy ? 0 : (health?.interval ?? 0)),
    )
    return { code: 'upstream-unavailable', retryAfter: Math.max(1, Math.ceil(Math.min(MAX_WAIT, ...waits) / 1000)) }
  }

  /**
   * Records that an address has responded. A gateway error (502 to 504) counts as a failure of the address; any other response
   * ends its ejection.
   */
  answered(address: Address, status: number): void {
    // A gateway error: something behind is down. The application's own errors, such as 500, could be provoked at will.
    if (status >= 502 && status <= 504) return void this.failed(address)
    if (!address.ejection.isClear && address.ejection.succeeded() && address.noted) {
      this.#host.log.info('an address is taken in again', this.#fieldsOf(address))
    }
  }

  /**
   * Records that a request to an address failed without a response, through no fault of the client. Repeated failures eject the
   * address.
   */
  failed(address: Address): void {
    // Failures while the proxy closes do not blame the address.
    if (this.#addresses.length === 0 || !address.ejection.failed()) return
    this.#ejections++
    const now = this.#host.clock()
    address.noted = now - address.notedAt >= QUIET
    if (!address.noted) return
    address.notedAt = now
    this.#host.log.warn('an address is passed over: too many requests failed there', this.#fieldsOf(address))
  }

  status(): ServiceStatus {
    return {
      service: this.name,
      addresses: this.#addresses.map(({ label, up, requests }) => ({ address: label, up, requests })),
      ejections: this.#ejections,
      retries: { sent: this.#retries, overBudget: this.#overBudget },
    }
  }

  async close(): Promise<void> {
    for (const watch of this.#watches) watch.close()
    const all = [...this.#addresses, ...this.#draining]
    this.#byOrigin.clear()
    this.#gather()
    await Promise.all(all.map((address) => address.destroy()))
  }

  #isFull(): boolean {
    const { requests } = this.config.limits
    return requests !== null && this.#requests >= requests
  }

  /** If no address is up, tries all, unless configured otherwise. */
  #find(key: number, except: Address | null): number {
    const index = this.#choose(key, except, false)
    if (index >= 0 || !this.config.panic || this.#addresses.some(({ up }) => up)) return index
    return this.#choose(key, except, true)
  }

  #choose(key: number, except: Address | null, panic: boolean): number {
    if (this.#isFull()) return -1
    const [only] = this.#addresses
    if (this.#addresses.length === 1 && only !== undefined) return only !== except && only.takes(panic) ? 0 : -1
    return this.#balance(this.#addresses, this.#turn, key, except, panic)
  }

  #taken(index: number): Address | null {
    const address = this.#addresses[index]
    if (address === undefined) return null
    address.requests++
    this.#requests++
    if (!address.ejection.isClear) address.ejection.sent()
    return address
  }

  /** Returns the hash of the caller if it decides the address; else 0. */
  #keyOf(caller: Authentication | null): number {
    if (this.config.balance !== 'subject' || caller?.kind !== 'caller' || caller.subject === null) return 0
    return hash(caller.subject, hash('\0', hash(caller.identity))) || 1
  }

  #open(origin: string, label: string, at: readonly LookupAddress[] | null): Address {
    return new Address(origin, label, at, this.config, this.#host.clock, this.#tls, (address) => {
      const { log } = this.#host
      if (address.healthy) log.info('an address is up: its health check passes again', this.#fieldsOf(address))
      else log.warn('an address is passed over: its health check fails', this.#fieldsOf(address))
    })
  }

  #follow(origin: string): void {
    const { hostname } = new URL(origin)
    if (hostname.startsWith('[') || isIP(hostname) !== 0) return
    const { log, resolve, resolveInterval } = this.#host
    const watch = new DnsResolver(hostname, {
      resolve,
      interval: resolveInterval,
      onAddresses: (found) => this.#move(origin, found),
      onFailure: (reason) => log.warn('a name does not resolve', { service: this.name, name: hostname, reason }),
    })
    this.#watches.push(watch)
  }

  /** Keeps the connections of unchanged addresses; removed ones complete their requests. */
  #move(origin: string, found: readonly LookupAddress[]): void {
    const before = this.#byOrigin.get(origin) ?? []
    const endpoints = endpointsOf(found)
    const now = endpoints.map((at) => {
      const label = endpoints.length === 1 ? origin : labelOf(origin, at)
      return before.find((address) => address.is(label, at)) ?? this.#open(origin, label, at)
    })
    const gone = before.filter((address) => !now.includes(address))
    if (gone.length === 0 && now.length === before.length) return
    this.#byOrigin.set(origin, now)
    this.#gather()
    for (const address of gone) {
      this.#draining.add(address)
      void address.drain().then(() => this.#draining.delete(address))
    }
    if (before.some(({ lookedUp }) => lookedUp))
      this.#host.log.info('a name leads elsewhere', { service: this.name, origin, addresses: now.length })
  }

  #gather(): void {
    this.#addresses = [...this.#byOrigin.values()].flat()
  }

  #fieldsOf({ label }: Address): LogFields {
    return { service: this.name, address: label }
  }
}

function labelOf(origin: string, [at]: readonly LookupAddress[]): string {
  const url = new URL(origin)
  if (at !== undefined) url.hostname = at.family === 6 ? `[${at.address}]` : at.address
  return url.origin
}

/**
 * Groups the IP addresses of a host name into endpoints for load balancing. One IPv4 and one IPv6 address are taken for the
 * same machine; the first to connect is used (RFC 8305). Several addresses of a family are taken for as many machines. In this
 * case only IPv4 addresses are used if there are any, because dual-stack machines nearly always have one of each.
 */
export function endpointsOf(found: readonly LookupAddress[]): readonly (readonly LookupAddress[])[] {
  const once = found.filter(({ address }, index) => found.findIndex((other) => other.address === address) === index)
  const [v4, v6] = [once.filter(({ family }) => family === 4), once.filter(({ family }) => family === 6)]
  if (v4.length <= 1 && v6.length <= 1) return once.length === 0 ? [] : [once]
  return (v4.length > 0 ? v4 : v6).map((each) => [each])
}
