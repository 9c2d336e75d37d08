import type { Model } from '../language/checker/model.ts'

/**
 * What a policy asks of a runtime: sorted, without repetition. A runtime that lacks one of them refuses the bundle by name. Asked
 * of the text, not of what passes made of it: what a runtime must have does not depend on how well the policy was folded.
 */
export function needs({ identities, data, routes, rules }: Model): readonly string[] {
  const needed = new Set(identities.flatMap(({ methods }) => methods.map((method) => `identity:${method}`)))
  const ask = (need: string, asked: boolean) => {
    if (asked) needed.add(need)
  }
  ask(
    'body',
    routes.some(({ body }) => body !== null),
  )
  ask('data', data.length > 0)
  ask(
    'query',
    routes.some(({ query }) => query !== null),
  )
  ask(
    'rpc',
    routes.some(({ rpc }) => rpc),
  )
  for (const { shadow, conditions, requires, limit, headers, reads } of rules) {
    ask('header', headers.length > 0)
    ask('limit', limit !== null)
    ask('mtls', reads.mtls)
    ask('requirement', requires.length > 0 || conditions.some(({ expression }) => expression.kind === 'Requirement'))
    ask('shadow', shadow)
  }
  return [...needed].sort()
}
