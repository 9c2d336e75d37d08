/** A model compiled in every way, and which of the modules has to be asked about a route. */
import { RouteUnits, TABLES_EVERYWHERE } from '../../compiler/codegen/index.ts'
import { compile, emit, type PolicyIr, type RouteIr, runPasses } from '../../compiler/index.ts'
import type { Model } from '../../language/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { compilations } from './compilations.ts'
import { checkWhitelist, instantiated, type PolicyOptions } from './compiled-policy.ts'
import { shapeOf } from './shape.ts'

export interface Build {
  /** Of the compilation. */
  readonly name: string
  /**
   * What is to be asked about a request to this route, or to none. Null: after the passes the route was what it is in a build before this one. Code is made of nothing
   * else, so it is the same code, and answers alike.
   */
  on(route: string | null): Policy | null
}

/** Compiles a model in each of the chosen ways. Throws what the compiler throws; `onBuild` hears before what is being made. */
export function buildAll(
  model: Model,
  validators: NonNullable<PolicyOptions['validators']>,
  onBuild: (name: string) => void = () => {},
  chosen: typeof compilations = compilations,
): readonly Build[] {
  const units = new RouteUnits()
  const known = new Map<string, RouteIr>()
  const whole: PolicyIr[] = []
  const surroundings = new Map<string, number>()
  const make = (name: string, policy: PolicyIr, link: (policy: PolicyIr) => Policy): Build => {
    const others = identify(surroundings, shapeOf({ ...policy, routes: [] }))
    const own = new Set<string>()
    const routes = policy.routes.map((route) => {
      const shape = `${others} ${shapeOf(route)}`
      const same = known.get(shape)
      if (same !== undefined) return same
      known.set(shape, route)
      own.add(route.name)
      return route
    })
    const linked = own.size === 0 ? null : link({ ...policy, routes })
    return { name, on: (route) => (route === null || own.has(route) ? linked : null) }
  }

  const [all, ...others] = chosen
  onBuild(all.name)
  const compiled = compile(model, {
    passes: all.passes,
    check: (policy) => whole.push(policy),
    emit: (policy, options) => emit(policy, { ...options, units }),
  })
  const [lowered, optimized] = [whole[0] as PolicyIr, whole.at(-1) as PolicyIr]
  return [
    make(all.name, optimized, () => {
      checkWhitelist(compiled)
      return instantiated(model, compiled, validators)
    }),
    ...others.map(({ name, passes, isTabled }): Build => {
      onBuild(name)
      if (isTabled) {
        const tabled = emit(runPasses(lowered, passes), { tables: TABLES_EVERYWHERE })
        const whole = { ...compiled, policy: tabled.code }
        checkWhitelist(whole)
        const policy = instantiated(model, whole, validators)
        return { name, on: () => policy }
      }
      return make(name, runPasses(lowered, passes), (policy) =>
        instantiated(model, { ...compiled, policy: emit(policy, { units }).code }, validators),
      )
    }),
  ]
}

/** The number of a text: the same one for the same text. */
function identify(known: Map<string, number>, text: string): number {
  const id = known.get(text) ?? known.size
  known.set(text, id)
  return id
}
