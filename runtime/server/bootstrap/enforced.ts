import type { Policy } from '../../policy/index.ts'

/** A summary of the policy that a proxy enforces, for the log message at its start. */
export interface Enforced {
  readonly routes: number
  readonly services: readonly string[]
  readonly identities: readonly string[]
  readonly revision: string
  readonly sequence: number
}

export function enforcedBy({ module, manifest, revision }: Policy): Enforced {
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)
  return {
    routes: module.routes.length,
    services: names(manifest.services),
    identities: names(manifest.identities),
    revision,
    sequence: manifest.sequence,
  }
}
