import type { IdentityProgram, Outcome, PolicyModule, RouteProgram, Trace, Validators } from '../module.ts'
import { ABI_VERSION } from '../module.ts'
import type { IdentityProgram1, Outcome1, PolicyModule1, RouteProgram1 } from './module-1.ts'
import { parametersOf } from './parameters-1.ts'

/**
 * A module of ABI 1 as one of today. Whatever an old module had no word for is none: no data, bodies, queries, obligations, challenges, shadow rules. Its
 * explanations are empty, as its code tells which rules decided and not of their clauses. Null where it is no such module; the
 * parts that stay as they are, whoever checks a module of today checks.
 */
export function adapt1(module: unknown): PolicyModule | null {
  if (!isModule(module)) return null
  const outcomes = Object.freeze([
    ...module.outcomes.slice(0, DATA).map(outcome),
    // Of routes that read data that never arrived. No route here reads any.
    Object.freeze<Outcome>({ effect: 'deny', rule: null, reason: 'data' }),
    ...module.outcomes.slice(DATA).map(outcome),
  ])
  return Object.freeze<PolicyModule>({
    abi: ABI_VERSION,
    outcomes,
    identities: Object.freeze(module.identities.map(identity)),
    data: Object.freeze([]),
    routes: Object.freeze(module.routes.map((one) => route(one, outcomes))),
  })
}

/**
 * `validators.js` of ABI 1 is not run: what it would refuse, `facts` refuses as well, claim by claim, and only its words are missed. So there is
 * no code of a kind that nothing looks at.
 */
export function validators1({ identities }: PolicyModule): Validators {
  const none = Object.freeze({})
  const claims = Object.fromEntries(identities.map(({ name }) => [name, isObject]))
  return Object.freeze({ claims: Object.freeze(claims), data: none, bodies: none })
}

/** Where today's `data` stands among the outcomes. */
const DATA = 2

/** ABI 1's index → today's. What is none stays none. */
function moved(index: number): number {
  return index >= DATA ? index + 1 : index
}

function outcome({ effect, rule, reason }: Outcome1): Outcome {
  return Object.freeze({ effect, rule, reason })
}

function identity({ name, methods, facts }: IdentityProgram1): IdentityProgram {
  return Object.freeze<IdentityProgram>({
    name,
    methods,
    stepsUp: false,
    data: Object.freeze([]),
    facts(claims, _data, auth) {
      const known = facts(claims)
      return known === null ? null : { identity: known.identity, roles: known.roles, caller: known.caller, auth }
    },
  })
}

function route(old: RouteProgram1, outcomes: readonly Outcome[]): RouteProgram {
  const { name, service, labels, methods, segments, params, hosts, headers, decide, trace } = old
  const parameters = parametersOf(old)
  return Object.freeze<RouteProgram>({
    name,
    service,
    labels,
    methods,
    segments,
    params,
    hosts,
    headers,
    data: Object.freeze([]),
    rpc: false,
    query: null,
    body: null,
    ownHeaders: Object.freeze([]),
    early: null,
    obligations: null,
    decide: (facts, request) => moved(decide(facts, parameters(request), request)),
    trace(facts, request): Trace {
      const told = trace(facts, parameters(request), request)
      const found = outcomes[moved(told.outcome)]
      if (found === undefined) throw new Error('the policy module explains what is no outcome of it')
      return {
        effect: found.effect,
        reason: found.reason,
        rules: told.rules,
        obligations: NO_OBLIGATIONS,
        challenge: null,
        shadow: [],
        errors: told.errors.map(({ rule }) => ({ rule, error: 'evaluation' })),
        explanation: () => ({ rules: [], nearest: null }),
      }
    },
  })
}

const NO_OBLIGATIONS: Trace['obligations'] = Object.freeze({ headers: Object.freeze({}), limits: Object.freeze([]) })

/** In what is called, gone through or left out here; what is handed on is looked at behind. */
function isModule(module: unknown): module is PolicyModule1 {
  if (!isObject(module) || module.abi !== 1) return false
  const { outcomes, identities, routes } = module
  return (
    isListOf(outcomes, isOutcome) &&
    outcomes.length >= DATA &&
    isListOf(identities, ({ facts }) => typeof facts === 'function') &&
    isListOf(routes, isRoute)
  )
}

/** One that obliges to something was never emitted, and would be obeyed by nobody. */
function isOutcome({ obligations, challenge }: Readonly<Record<string, unknown>>): boolean {
  if (!isObject(obligations) || challenge !== null) return false
  const { headers, limits } = obligations
  return isObject(headers) && Object.keys(headers).length === 0 && Array.isArray(limits) && limits.length === 0
}

function isRoute({ params, segments, decide, trace }: Readonly<Record<string, unknown>>): boolean {
  if (typeof decide !== 'function' || typeof trace !== 'function' || !Array.isArray(params)) return false
  return isListOf(segments, ({ kind, prefix, suffix }) => kind !== 'param' || [prefix, suffix].every(isText))
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

/** Without holes. */
function isListOf(
  value: unknown,
  test: (element: Readonly<Record<string, unknown>>) => boolean,
): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && Array.from(value).every((element) => isObject(element) && test(element))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
