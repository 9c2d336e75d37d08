import type { Model } from '../language/checker/model.ts'

/**
 * Returns the runtime features that a policy needs, sorted and unique, such as `identity:jwt`. They depend on its declarations,
 * not on optimization.
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
