import type { IdentityIr, RouteIr } from '../../compiler/ir/index.ts'
import { constantsOf } from '../../compiler/testing/invariants/constants.ts'
import { generateRequest } from '../../compiler/testing/invariants/generate-request.ts'
import { partsOf } from '../../compiler/testing/invariants/part-of-model.ts'
import { Random } from '../../compiler/testing/invariants/random.ts'
import type { Identity, Model, Role, Route, Rule } from '../../language/checker/model.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import type { Edge } from '../bdd/bdd.ts'
import type { Version } from '../diff/difference.ts'
import { varyRequest } from '../diff/vary-request.ts'
import type { Encoding } from '../symbolic/domain/encoding.ts'
import { buildRequest, type WitnessCaller } from '../witness/build-request.ts'
import type { RuleOnRoute } from './residuals.ts'

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

export function shower({ model, interpret }: Version): Shower {
  const partOf = partsOf(model)
  const askers = new Map<Route, Pick<WitnessCaller, 'model' | 'constants'>>()
  const haves = new Map<string, Model>()
  /** A policy that only routes requests. */
  const unruled: Model = { ...model, rules: [], invariants: [] }
  /** The policy's part for one route, with all roles. */
  const askerOf = (route: Route) => {
    const part: Model = { ...partOf(route), roles: model.roles, defs: model.defs, data: model.data, invariants: [] }
    const made = askers.get(route) ?? { model: part, constants: constantsOf(part) }
    askers.set(route, made)
    return made
  }
  const hasRole = (name: string, route: Route, request: EvalRequest): boolean => {
    const key = `${route.name} ${name}`
    const { model: part } = askerOf(route)
    const role = model.roles.find((one) => one.name === name) as Role
    const only = haves.get(key) ?? { ...part, rules: [ruleFor(role, route)] }
    haves.set(key, only)
    return interpret(only, request).effect === 'permit'
  }
  return ({ route, identity }, role, encoding, question, shown) => {
    const asker: WitnessCaller = { ...askerOf(route), route, identity: identity?.model ?? null, random: new Random(1) }
    const isOfRole = (request: EvalRequest) => role === null || hasRole(role, route, request)
    const shows = (request: EvalRequest, way: keyof Ways) => {
      // Answers by the part for one route take no longer if there are a thousand; but another route may take the request.
      const { effect, route: taken, reason } = interpret(asker.model, request)
      // All data is present.
      if (taken !== route.name || reason === 'data' || (effect === 'permit') !== (way === 'permitted')) return false
      return interpret(unruled, request).route === route.name && isOfRole(request)
    }
    const isFound = (way: keyof Ways) => {
      if (shown[way].some(isOfRole)) return true
      for (const request of candidates(encoding, question[way], asker)) {
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

function* candidates(encoding: Encoding, where: Edge, asker: WitnessCaller): Iterable<EvalRequest> {
  const { model, route, identity, constants, random } = asker
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

/** Returns a rule that permits callers with the role. */
function ruleFor(role: Role, route: Route): Rule {
  return {
    name: role.name,
    shadow: false,
    effect: 'permit',
    routes: [route],
    to: [{ kind: 'role', role }],
    conditions: [],
    requires: [],
    limit: null,
    headers: [],
    because: null,
    personal: false,
    reads: { headers: [], data: role.data, body: false, query: false, mtls: false },
    doc: null,
    // Its place is never shown.
    declaration: null as unknown as Rule['declaration'],
  }
}
