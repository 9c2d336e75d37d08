import type { Policy } from '../../policy/index.ts'

/** A summary of the policy that a proxy enforces, for the log message at its start. */
export interface Enforced {
  readonly routes: number
  readonly services: readonly string[]
  readonly identities: readonly string[]
  /** Names of request headers that rules set, in lower case and sorted. */
  readonly ruleHeaders: readonly string[]
  readonly revision: string
  readonly sequence: number
}

export function enforcedBy({ module, manifest, revision }: Policy): Enforced {
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)
  return {
    routes: module.routes.length,
    services: names(manifest.services),
    identities: names(manifest.identities),
    ruleHeaders: [...new Set(module.routes.flatMap(({ ownHeaders }) => ownHeaders))].sort(),
    revision,
    sequence: manifest.sequence,
  }
}
