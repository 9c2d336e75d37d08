/**
 * A route's functions: `decide` returns an outcome, `early` does so before the body is read, `obligations` returns what a permit
 * adds, and `trace` names all rules that decided.
 */
import { type IdentityIr, type Program, type RouteIr, sameProgram } from '../../ir/index.ts'
import { OWN_ROUTE } from '../../places.ts'
import { type Code, js, mark } from '../code.ts'
import type { ModuleScope, RoutePart } from '../module-scope.ts'
import { decideAnonymous, decideAuthenticated, type StepsUp } from './emit-decide.ts'
import { earlyAnonymous, earlyAuthenticated } from './emit-early.ts'
import { obligationsBody, obligingSteps } from './emit-obligations.ts'
import { emitTrace } from './emit-trace.ts'
import { emitLines, emitParted, type RouteLines } from './lines.ts'

/**
 * The code of a route's functions. Each member is the name of a function, an expression that creates one, or `null` if the route
 * needs none.
 */
export interface RouteFunctions {
  readonly early: Code
  readonly decide: Code
  readonly obligations: Code
  readonly trace: Code
}

/**
 * Emits the functions of a route. Routes with equal programs share functions. If `isTabled` is true, a table replaces the
 * function `decide`.
 */
export function emitRoute(route: RouteIr, stepsUp: StepsUp, isTabled: boolean, module: ModuleScope): RouteFunctions {
  const { anonymous, authenticated, body } = route
  const function_ = (kind: RoutePart['kind'], ofAnonymous: () => RouteLines, ofAuthenticated: () => RouteLines): Code =>
    module.ofRoute({ kind, variant: stepsUp }, route, (own, name) => {
      const nobody = sameProgram(anonymous, authenticated) ? null : ofAnonymous()
      return mark(OWN_ROUTE, emitFunctions(name, nobody, ofAuthenticated(), own))
    })
  return {
    early:
      body === null
        ? js`null`
        : function_(
            'early',
            () => earlyAnonymous(anonymous),
            () => earlyAuthenticated(authenticated, stepsUp),
          ),
    decide: isTabled
      ? module.tabled(route.name)
      : function_(
          'decide',
          () => decideAnonymous(anonymous),
          () => decideAuthenticated(authenticated, stepsUp),
        ),
    obligations: hasObligations(route)
      ? function_(
          'obligations',
          () => obligationsBody(anonymous),
          () => obligationsBody(authenticated),
        )
      : js`null`,
    trace: module.ofRoute({ kind: 'trace', variant: body === null ? '' : 'body' }, route, (own, name) =>
      mark(OWN_ROUTE, js`const ${name} = ${emitTrace(route, own)}`),
    ),
  }
}

export function whoStepsUp(identities: readonly IdentityIr[]): StepsUp {
  if (!identities.some(({ stepsUp }) => stepsUp)) return 'none'
  return identities.every(({ stepsUp }) => stepsUp) ? 'all' : 'some'
}

function hasObligations({ anonymous, authenticated }: RouteIr): boolean {
  const some = (program: Program) => obligingSteps(program).some(({ limit, headers }) => limit !== null || headers.length > 0)
  return some(anonymous) || some(authenticated)
}

function emitFunctions(name: Code, anonymous: RouteLines | null, authenticated: RouteLines, module: ModuleScope): Code {
  const others = emitLines(authenticated, module, (part) => js`${name}$${part}`)
  const nobody = anonymous && emitLines(anonymous, module, (part) => js`${name}$anonymous$${part}`)
  return emitParted(name, nobody, others)
}
