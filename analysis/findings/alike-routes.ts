import type { RouteIr } from '../../compiler/ir/index.ts'
import type { Route } from '../../language/checker/model.ts'

export interface Alike {
  readonly program: RouteIr
  readonly routes: readonly Route[]
}

/** Groups routes with the same programs and the same possible input (`domainsOf`), which are analyzed once. */
export function alikeRoutes(routes: readonly Route[], programs: readonly RouteIr[]): Iterable<Alike> {
  const numbers = new Map<object, number>()
  const numberOf = (one: object) => numbers.get(one) ?? (numbers.set(one, numbers.size).get(one) as number)
  const groups = new Map<string, { program: RouteIr; routes: Route[] }>()
  for (const [at, route] of routes.entries()) {
    const program = programs[at] as RouteIr
    const { anonymous, authenticated, methods, segments, params } = program
    // Equal programs have equal parameter names; a rest parameter can have values that others cannot.
    const rest = segments.at(-1)?.kind === 'rest' ? params.at(-1) : null
    const key = JSON.stringify([numberOf(anonymous), numberOf(authenticated), methods, rest])
    const group = groups.get(key) ?? { program, routes: [] }
    group.routes.push(route)
    groups.set(key, group)
  }
  return groups.values()
}
