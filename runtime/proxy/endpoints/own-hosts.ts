import { hostMatcher } from '../../abi/index.ts'
import type { Policy } from '../../policy/index.ts'
import type { ProxyContext } from '../proxy-context.ts'

/** Path prefix of the proxy's built-in endpoints on hosts with sign-in. Requests below it reach no service. */
export const OWN = '/.iap/'

export interface SignInAt {
  readonly identities: readonly string[]
  servesHost(host: string): boolean
}

/** Returns the identities and hosts for which a policy allows browser sign-in; `null` if browser sign-in is off. */
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

/** Matches the hosts of its services: a login under any other name is refused. */
function hostsOf({ module }: Policy, proxy: ProxyContext): (host: string) => boolean {
  return hostMatcher(module.routes.flatMap(({ service, hosts }) => proxy.services.get(service)?.hosts ?? hosts))
}
