import type { IdentityIr, RouteIr } from '../../compiler/ir/index.ts'
import { constantsOf } from '../../compiler/testing/invariants/constants.ts'
import { generateRequest } from '../../compiler/testing/invariants/generate-request.ts'
import { partsOf } from '../../compiler/testing/invariants/part-of-model.ts'
import { Random } from '../../compiler/testing/invariants/random.ts'
import type { Identity, Model, Route } from '../../language/checker/model.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { type Edge, FALSE } from '../bdd/bdd.ts'
import type { Version } from '../diff/difference.ts'
import { varyRequest } from '../diff/vary-request.ts'
import type { Encoding } from '../symbolic/domain/encoding.ts'
import { buildRequest, type WitnessCaller } from '../witness/build-request.ts'
import type { RuleOnRoute } from './residuals.ts'
import { roleFinder } from './role-finder.ts'
import { routeFinder } from './route-finder.ts'

/** A route and an identity whose matrix cells are computed together. The identity is null for anonymous callers. */
export interface CellScope {
  readonly route: Route
  readonly program: RouteIr
  /** Rules that can apply to requests of these callers; empty if no request is permitted. */
  readonly rules: readonly RuleOnRoute[]
  readonly identity: { readonly model: Identity; readonly ir: IdentityIr } | null
}

/** The sets of requests that the decision diagram classifies as permitted and as refused. Concrete requests must confirm both. */
export interface Ways {
  readonly permitted: Edge
  readonly refused: Edge
}

/**
 * The question whether a matrix cell has both permitted and refused requests. `asks`: the boolean functions of the decision
 * diagram that concern this cell.
 */
export interface CellQuestion extends Ways {
  readonly asks: readonly Edge[]
  /** Callers of the cells that are judged later: a request of as many of them as possible shows their cells too. */
  readonly later: readonly Edge[]
}

/** Permitted and refused requests that were already found on a route for callers of one identity. Reused for its roles. */
export type Shown = { readonly [W in keyof Ways]: EvalRequest[] }

/**
 * Function that searches for one permitted and one refused request of a matrix cell. If one of them is not found, returns the
 * conditions that leave undecided whether it exists; otherwise returns none.
 */
export type Shower = (
  place: CellScope,
  role: string | null,
  encoding: Encoding,
  question: CellQuestion,
  shown: Shown,
) => readonly string[]

const TRIES = 24
/** The numbers of random attempts where a diagram is not exact. */
const VARIANTS = 4
const GUESSES = 60

export function shower(version: Version): Shower {
  const { model, interpret } = version
  const partOf = partsOf(model)
  const askers = new Map<Route, Pick<WitnessCaller, 'model' | 'constants'>>()
  const routeOf = routeFinder(version)
  const rolesOf = roleFinder(version)
  /** The policy's part for one route, with all roles. */
  const askerOf = (route: Route) => {
    const known = askers.get(route)
    if (known !== undefined) return known
    const part: Model = { ...partOf(route), roles: model.roles, defs: model.defs, data: model.data, invariants: [] }
    const made = { model: part, constants: constantsOf(part) }
    askers.set(route, made)
    return made
  }
  return ({ route, identity }, role, encoding, question, shown) => {
    const asker: WitnessCaller = { ...askerOf(route), route, identity: identity?.model ?? null, random: new Random(1) }
    const isOfRole = (request: EvalRequest) => role === null || rolesOf(request, asker).has(role)
    const shows = (request: EvalRequest, way: keyof Ways) => {
      // Answers by the part for one route take no longer if there are a thousand; but another route may take the request.
      const { effect, route: taken, reason } = interpret(asker.model, request)
      // All data is present.
      if (taken !== route.name || reason === 'data' || (effect === 'permit') !== (way === 'permitted')) return false
      return routeOf(request, route) === route.name && isOfRole(request)
    }
    const isFound = (way: keyof Ways) => {
      if (shown[way].some(isOfRole)) return true
      for (const request of candidates(encoding, question[way], question.later, asker)) {
        if (!shows(request, way)) continue
        shown[way].push(request)
        return true
      }
      return false
    }
    const missing = (['permitted', 'refused'] as const).filter((way) => !isFound(way))
    return [...new Set(missing.flatMap((way) => untold(encoding, question, way)))]
  }
}

function* candidates(encoding: Encoding, where: Edge, later: readonly Edge[], asker: WitnessCaller): Iterable<EvalRequest> {
  const { model, route, identity, constants, random } = asker
  const ofMany = later.length === 0 ? null : encoding.diagram.satisfy(ofMost(where, later, encoding.diagram))
  if (ofMany !== null) yield buildRequest(encoding, ofMany, asker)
  for (let tries = 0; tries < TRIES; tries++) {
    const assignment = encoding.diagram.satisfy(where, () => tries > 0 && random.chance(0.5))
    if (assignment === null) return
    const request = buildRequest(encoding, assignment, asker)
    yield request
    if (tries > 0) for (let again = 0; again < VARIANTS; again++) yield varyRequest(request, random)
  }
  const alone: Model = { ...model, identities: identity === null ? [] : [identity] }
  for (let tries = 0; tries < GUESSES; tries++) {
    const request = generateRequest(alone, route, constants, random)
    if ((request.caller?.identity ?? null) === (identity?.name ?? null)) yield request
  }
}

function untold(encoding: Encoding, { asks, ...ways }: CellQuestion, way: keyof Ways): readonly string[] {
  const { diagram } = encoding
  const asked = new Set(asks.flatMap((edge) => diagram.support(edge)))
  const all = diagram.support(ways[way])
  const workedOut = (variables: readonly number[]) => variables.flatMap((variable) => encoding.workedOutBy(variable))
  const own = workedOut(all.filter((variable) => asked.has(variable)))
  const found = own.length > 0 ? own : workedOut(all)
  return found.length > 0
    ? found.map(({ text }) => text)
    : [`no request was found that is ${way}, and nothing says that there is none`]
}

/** Narrows a set of requests by further sets, as long as some request is left. */
function ofMost(where: Edge, further: readonly Edge[], diagram: Encoding['diagram']): Edge {
  let left = where
  for (const one of further) {
    const both = diagram.and(left, one)
    if (both !== FALSE) left = both
  }
  return left
}
