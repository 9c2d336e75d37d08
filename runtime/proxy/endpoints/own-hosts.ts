import { hostMatcher } from '../../abi/index.ts'
import type { Policy } from '../../policy/index.ts'
import type { ProxyContext } from '../proxy-context.ts'

/** Paths below it are the proxy's own at every host where somebody can sign in: no route of a policy is reached there. */
export const OWN = '/.iap/'

export interface SignInAt {
  /** The identities that callers can sign in as, by name. */
  readonly identities: readonly string[]
  servesHost(host: string): boolean
}

/** Null: nobody signs in with a browser. */
export function signInOf(policy: Policy, proxy: ProxyContext): SignInAt | null {
  if (proxy.signIn === null) return null
  const known = all.get(policy)
  if (known !== undefined) return known
  const { identities } = proxy.signIn
  const names = policy.manifest.identities.flatMap(({ name, methods }) => {
    const provider = identities.get(name)
    return provider !== undefined && methods.includes(provider.method) ? [name] : []
  })
  const made = names.length === 0 ? null : { identities: names, servesHost: hostsOf(policy, proxy) }
  all.set(policy, made)
  return made
}

const all = new WeakMap<Policy, SignInAt | null>()

/** The hosts of its services: a login at any other name would be somebody else's idea. */
function hostsOf({ module }: Policy, proxy: ProxyContext): (host: string) => boolean {
  return hostMatcher(module.routes.flatMap(({ service, hosts }) => proxy.hosts(service) ?? hosts))
}
