import { boundsOf } from '../../../language/checker/expressions/bounds/bounded-type.ts'
import type { Model, Route, Rule } from '../../../language/checker/model.ts'
import type { IdentityIr, RouteIr } from '../policy.ts'

/** The context in which all routes are lowered, besides their rules: lists that stay the same objects while unchanged. */
interface LoweringInput {
  readonly model: Pick<Model, 'identities' | 'roles' | 'data' | 'routes' | 'defs'>
  readonly bounds: string
}

interface LoweredRoute {
  readonly rules: readonly Rule[]
  readonly ownHeaders: readonly string[]
  readonly ir: RouteIr
}

/**
 * Cache of a policy's IR from the previous run. A route is reused if its context, its rules and the headers set in its service
 * are unchanged. Identities depend on the context alone.
 */
export class LoweringMemo {
  #input: LoweringInput | null = null
  #identities: readonly IdentityIr[] | null = null
  #routes = new Map<Route, LoweredRoute>()

  /** Starts a run. Drops all cached results if the context, such as roles, data or defs, has changed. */
  begin(model: Model): void {
    const { identities, roles, data, routes, defs } = model
    const world = { model: { identities, roles, data, routes, defs }, bounds: boundsOf(model) }
    if (this.#input === null || !isSame(this.#input, world)) {
      this.#identities = null
      this.#routes = new Map()
    }
    this.#input = world
  }

  identities(make: () => readonly IdentityIr[]): readonly IdentityIr[] {
    this.#identities ??= make()
    return this.#identities
  }

  route(route: Route, rules: readonly Rule[], ownHeaders: readonly string[], make: () => RouteIr): RouteIr {
    const before = this.#routes.get(route)
    if (before !== undefined && isSameList(before.rules, rules) && isSameList(before.ownHeaders, ownHeaders)) return before.ir
    const ir = make()
    this.#routes.set(route, { rules, ownHeaders, ir })
    return ir
  }
}

function isSame(one: LoweringInput, other: LoweringInput): boolean {
  const { identities, roles, data, routes, defs } = one.model
  const { model, bounds } = other
  return (
    bounds === one.bounds &&
    model.identities === identities &&
    model.roles === roles &&
    model.data === data &&
    model.routes === routes &&
    model.defs === defs
  )
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at])
}
