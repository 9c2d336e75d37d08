import type { Log } from '../../base/log.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import { type Resolve, systemResolve } from './dns-resolver.ts'
import { Service, type ServiceHost, type ServiceStatus } from './service.ts'
import type { UpstreamConfig } from './upstream-config.ts'

export interface UpstreamsOptions {
  readonly log: Log
  /** Of those services that have some of their own. */
  readonly tls?: Readonly<Record<string, UpstreamTls>>
  /** Milliseconds; it never goes back, and is never 0. Left out: of the process. */
  readonly clock?: () => number
  /** Left out: as the system does it. */
  readonly resolve?: Resolve
  /** Milliseconds between two lookups of a name. */
  readonly resolveInterval?: number
}

/** Where services are. */
export class Upstreams {
  readonly #services = new Map<string, Service>()

  constructor(services: Readonly<Record<string, UpstreamConfig>>, { tls = {}, ...options }: UpstreamsOptions) {
    const host: ServiceHost = {
      clock: () => performance.now(),
      resolve: systemResolve,
      resolveInterval: 30_000,
      ...options,
    }
    for (const [name, config] of Object.entries(services))
      this.#services.set(name, new Service(name, config, host, tls[name] ?? null))
  }

  /** Null for a service that the configuration does not name. */
  of(service: string): Service | null {
    return this.#services.get(service) ?? null
  }

  status(): readonly ServiceStatus[] {
    return [...this.#services.values()].map((service) => service.status())
  }

  /** Breaks what is still under way, and asks nobody any more. */
  async close(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.close()))
  }
}
