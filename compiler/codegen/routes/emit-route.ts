/**
 * A route's functions: `decide`, which answers with an outcome; `early`, which does so before the body was read; `obligations`, which
 * says what a permit carries; and `trace`, which names all that decided.
 */
import { type IdentityIr, type Program, type RouteIr, sameProgram } from '../../ir/index.ts'
import { placeOf } from '../../places.ts'
import { type Code, comment, joinCode, js, mark } from '../code.ts'
import type { ModuleScope } from '../module-scope.ts'
import { moduleName } from '../names.ts'
import { decideAnonymous, decideAuthenticated, type StepsUp } from './emit-decide.ts'
import { earlyAnonymous, earlyAuthenticated } from './emit-early.ts'
import { obligationsBody, obligingSteps } from './emit-obligations.ts'
import { emitTrace } from './emit-trace.ts'
import { type Body, emitLines, emitParted } from './lines.ts'

/** Names of functions and what makes some, or `null`. */
export interface RouteFunctions {
  readonly early: Code
  readonly decide: Code
  readonly obligations: Code
  readonly trace: Code
}

type Kind = 'early' | 'decide' | 'obligations'

/** Adds the functions to the module; returns their names. One that is tabled has its `decide` there. */
export function emitRoute(route: RouteIr, stepsUp: StepsUp, isTabled: boolean, module: ModuleScope): RouteFunctions {
  const { anonymous, authenticated } = route
  const same = sameProgram(anonymous, authenticated)
  const parted = (kind: Kind, ofAnonymous: () => Body, ofAuthenticated: Body): Code =>
    emitFunctions(kind, same ? null : ofAnonymous(), ofAuthenticated, route, module)
  return {
    early:
      route.body === null
        ? js`null`
        : parted('early', () => earlyAnonymous(anonymous), earlyAuthenticated(authenticated, stepsUp)),
    decide: isTabled
      ? module.tabled(route.name)
      : parted('decide', () => decideAnonymous(anonymous), decideAuthenticated(authenticated, stepsUp)),
    obligations: hasObligations(route)
      ? parted('obligations', () => obligationsBody(anonymous), obligationsBody(authenticated))
      : js`null`,
    trace: emitTrace(route, module),
  }
}

/** Above the first of them. */
function titleOf({ name, methods, template }: RouteIr): Code {
  return comment(`${name}: ${methods?.join(', ') ?? 'ANY'} ${template}`)
}

export function whoStepsUp(identities: readonly IdentityIr[]): StepsUp {
  if (!identities.some(({ stepsUp }) => stepsUp)) return 'none'
  return identities.every(({ stepsUp }) => stepsUp) ? 'all' : 'some'
}

function hasObligations({ anonymous, authenticated }: RouteIr): boolean {
  const some = (program: Program) => obligingSteps(program).some(({ limit, headers }) => limit !== null || headers.length > 0)
  return some(anonymous) || some(authenticated)
}

function emitFunctions(kind: Kind, anonymous: Body | null, authenticated: Body, route: RouteIr, module: ModuleScope): Code {
  const [service = '', route_ = ''] = route.name.split('.')
  const name = moduleName(kind, service, route_)
  const others = emitLines(authenticated, module, (part) => moduleName(kind, service, route_, part))
  const nobody = anonymous && emitLines(anonymous, module, (part) => moduleName(kind, service, route_, 'anonymous', part))
  const first = kind === 'early' || (kind === 'decide' && route.body === null)
  const function_ = mark(placeOf.route(route.name), emitParted(name, nobody, others))
  module.addFunction(first ? joinCode([titleOf(route), function_], '\n') : function_)
  return name
}
