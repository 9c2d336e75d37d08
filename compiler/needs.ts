import type { PolicyIr } from './ir/index.ts'

/** What a policy asks of a runtime: sorted, without repetition. A runtime that lacks one of them refuses the bundle by name. */
export function needs({ identities }: PolicyIr): readonly string[] {
  return [...new Set(identities.flatMap(({ methods }) => methods.map((method) => `identity:${method}`)))].sort()
}
