import { createRouter, HostError, hostMatcher, type Router } from '../../abi/index.ts'
import type { Policy } from '../../policy/index.ts'

/** Maximum number of hosts of a deployment. */
const MOST = 1000

/**
 * Finds the route of a recorded request in a policy. A deployment may replace the hosts of a policy, so hosts of services are
 * learned from the records.
 */
export class KnownHosts {
  readonly #policy: Policy
  readonly #hosts = new Map<string, Set<string>>()
  #router: Router

  constructor(policy: Policy) {
    this.#policy = policy
    for (const { name, hosts } of policy.manifest.services) this.#hosts.set(name, new Set(hosts))
    this.#router = createRouter(policy.module)
  }

  /**
   * Returns the index of the route that matches a recorded request, or −1 if none does.
   *
   * @param service recorded name of the service, which then accepts the host; `null` if none was recorded
   */
  match(host: string, method: string, segments: readonly string[], service: string | null): number {
    if (service !== null) this.#learn(service, host)
    return this.#router.match(host, method, segments)
  }

  #learn(service: string, host: string): void {
    const known = this.#hosts.get(service)
    if (known === undefined || known.has(host) || known.size >= MOST || hostMatcher(known)(host)) return
    known.add(host)
    try {
      this.#router = createRouter(
        this.#policy.module,
        Object.fromEntries([...this.#hosts].map(([name, hosts]) => [name, [...hosts]])),
      )
    } catch (error) {
      if (!(error instanceof HostError)) throw error
      // The policy gives it to another service.
      known.delete(host)
    }
  }
}
