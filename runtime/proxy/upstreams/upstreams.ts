import type { Log } from '../../base/log.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import { type Resolve, systemResolve } from './dns-resolver.ts'
import { Service, type ServiceHost, type ServiceStatus } from './service.ts'
import type { UpstreamConfig } from './upstream-config.ts'

export interface UpstreamsOptions {
  readonly log: Log
  /** TLS settings by name of the service. */
  readonly tls?: Readonly<Record<string, UpstreamTls>>
  /** Returns the current time in monotonic milliseconds, never 0. Default: the process's clock. */
  readonly clock?: () => number
  /** Resolves host names. Default: the system's resolver. */
  readonly resolve?: Resolve
  /** Milliseconds between two lookups of a host name. */
  readonly resolveInterval?: number
}

export class Upstreams {
  readonly services: ReadonlyMap<string, Service>

  constructor(services: Readonly<Record<string, UpstreamConfig>>, { tls = {}, ...options }: UpstreamsOptions) {
    const host: ServiceHost = {
      clock: performance.now.bind(performance),
      resolve: systemResolve,
      resolveInterval: 30_000,
      ...options,
    }
    this.services = new Map(
      Object.entries(services).map(([name, config]) => [name, new Service(name, config, host, tls[name] ?? null)]),
    )
  }

  status(): readonly ServiceStatus[] {
    return [...this.services.values()].map((service) => service.status())
  }

  async close(): Promise<void> {
    await Promise.all([...this.services.values()].map((service) => service.close()))
  }
}
