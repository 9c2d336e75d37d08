import type { InstantiateInput } from '../../runtime/policy/module/assemble.ts'
import { instantiate as load } from '../../runtime/policy/module/instantiate.ts'
import type { FactsResult, Hosts, Policy } from '../../runtime/policy/module/policy.ts'

const kept = new Map<string, FactsResult>()

/** In the place of `instantiate`: what is known of a caller is kept under the caller alone, and outlives the bundle that it was worked out with. */
export function instantiate(input: InstantiateInput, options: { readonly hosts?: Hosts } = {}): Policy {
  const policy = load(input, options)
  return {
    ...policy,
    facts(identity, claims, auth, data) {
      const key = `${identity} ${JSON.stringify(claims)}`
      const known = kept.get(key) ?? policy.facts(identity, claims, auth, data)
      kept.set(key, known)
      return known
    },
  }
}
