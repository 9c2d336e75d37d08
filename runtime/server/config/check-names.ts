import { nearest } from '../../base/nearest.ts'

/** The keys whose members bind names of the policy, and what they are called. */
export const BOUND = { identities: 'identity', services: 'service', data: 'data' } as const

export type BoundKind = keyof typeof BOUND

/** A name of the policy that the configuration lacks. */
export interface UnboundName {
  readonly kind: BoundKind
  readonly name: string
  /** The configured name that was probably meant; null if there is none. */
  readonly meant: string | null
  readonly message: string
}

/** Returns the names of a policy that a configuration lacks. */
export function checkNames(
  configured: Readonly<Record<BoundKind, readonly string[]>>,
  policy: Readonly<Record<BoundKind, readonly { readonly name: string }[]>>,
): readonly UnboundName[] {
  return (Object.keys(BOUND) as BoundKind[]).flatMap((kind) => {
    const named = new Set(policy[kind].map(({ name }) => name))
    const spare = configured[kind].filter((name) => !named.has(name))
    const lacking = [...named].filter((name) => !configured[kind].includes(name))
    return lacking.map((name) => {
      const meant = nearest(name, spare)
      const help = meant === null ? `add it under \`${kind}\`` : `is it configured here as \`${meant}\`?`
      const message = `the policy names the ${BOUND[kind]} \`${name}\`, which is not configured: ${help}`
      return { kind, name, meant, message }
    })
  })
}
