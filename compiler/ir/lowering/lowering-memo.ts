import { boundsOf } from '../../../language/checker/expressions/bounds/bounded-type.ts'
import type { Model, Route, Rule } from '../../../language/checker/model.ts'
import type { IdentityIr, RouteIr } from '../policy.ts'

/**
 * What all routes of a model are lowered with, but for their rules: the lists of the model, which stay the same objects while
 * what is in them does.
 */
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
 * What was lowered the time before. A route is a function of its world, its rules and the headers that permits of its service
 * set; identities of their world alone.
 */
export class LoweringMemo {
  #input: LoweringInput | null = null
  #identities: readonly IdentityIr[] | null = null
  #routes = new Map<Route, LoweredRoute>()

  /** Forgets what another world has made. */
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
