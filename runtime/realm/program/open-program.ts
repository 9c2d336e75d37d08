import { parseStrictJson } from '../../../request/json/parse-strict-json.ts'
import { type Table, tabledBy } from '../../abi/decision/table.ts'
import {
  type AuthenticationFacts,
  anonymousFacts,
  type DataSnapshot,
  type DecisionRequest,
  type Facts,
  type Obligations,
  type Outcome,
  type PolicyModule,
  type QueryProgram,
  type RouteProgram,
  type Trace,
  type Validator,
} from '../../abi/index.ts'
import { declaredClaims } from './declared-claims.ts'
import { HeaderValues, NO_HEADERS } from './header-values.ts'
import { lackingMember } from './missing-value.ts'
import { decodeErrorOf, prepareData } from './prepare-data.ts'
import type { Program } from './program.ts'
import { type ReadPart, readPart, textsOfPart } from './read-part.ts'
import { RecordedQuestion, recordedCaller } from './recorded.ts'
import { readTables, validatorsOf } from './tables.ts'

/** `Program` with the types of the realm for handles. */
type Seen = {
  [Name in keyof Program]: Program[Name] extends (...values: infer Values) => infer Result
    ? (...values: { [At in keyof Values]: Opened<Values[At]> }) => Opened<Result>
    : Opened<Program[Name]>
}
// biome-ignore lint/suspicious/noExplicitAny: what it is here, each function says.
type Opened<Value> = Value extends string | number | bigint | boolean | null | undefined ? Value : any

/** A typed body of any type; undefined if it was not read. */
interface Body {
  readonly value: unknown
}

/**
 * Creates the functions by which the host uses a policy, from the results of `policy.js` and `validators.js`. Runs in the realm,
 * and in tests of trusted code also in the host.
 */
export function openProgram(returned: unknown, validators: unknown): Program {
  const { json, found } = readTables(returned, validators)
  const module = returned as PolicyModule
  const routes = found.routes as unknown as readonly RouteProgram[]
  const identities = found.identities as unknown as PolicyModule['identities']
  const data = { data: found.data as unknown as PolicyModule['data'], links: module?.links ?? [] }
  const validate = validatorsOf(found, validators)
  const decide = routes.map((route) => route.decide)
  const tabled = routes.map((route) => (typeof route.decide === 'function' ? tabledBy(route.decide) : undefined))
  const places = Int32Array.from(tabled, (one) => one?.place ?? -1)
  // A module has at most one table.
  const table = tabled.find((one) => one !== undefined)?.table as Table
  const noData = Object.freeze(Object.create(null)) as DataSnapshot
  const headerNames = found.routes.map(({ headers, shadowHeaders }) => [
    ...(headers as readonly string[]),
    ...(shadowHeaders as readonly string[]),
  ])
  const parts: ReadPart[] = []

  const seen: Seen = {
    tables: () => JSON.stringify(json()),
    anonymous: kept(anonymousFacts),

    caller(identity, claims, snapshot, time, acr, mfa) {
      const program = identities[identity] as PolicyModule['identities'][number]
      const parsed: unknown = JSON.parse(claims)
      const decodeError = decodeErrorOf(validate.claims[identity] as Validator, parsed)
      if (decodeError !== null) return JSON.stringify(decodeError)
      const auth: AuthenticationFacts = { time, acr, mfa }
      const facts = program.facts(parsed as object, snapshot ?? noData, auth)
      if (facts === null) return ''
      if (!areFacts(facts, identity))
        throw new Error(`the policy module returned no facts for identity \`${program.name}\`: rebuild the bundle`)
      return kept(facts)
    },
    declaredClaims: ({ caller }: Facts) => JSON.stringify(declaredClaims(caller)),

    data(onto, ...values) {
      const prepared = prepareData(data, validate.data, onto ?? noData, values)
      return 'message' in prepared && Object.getPrototypeOf(prepared) === Object.prototype ? JSON.stringify(prepared) : prepared
    },

    query(route, ...flat) {
      const { keys, read } = (routes[route] as RouteProgram).query as QueryProgram
      const values: Record<string, readonly string[]> = Object.create(null)
      let at = 0
      for (const { name } of keys) {
        const count = flat[at] as number
        values[name] = flat.slice(at + 1, at + 1 + count) as string[]
        at += 1 + count
      }
      const query = read(values)
      return typeof query === 'object' ? query : null
    },

    body(route, text) {
      const { body, name } = routes[route] as RouteProgram
      if (body === null) throw new Error(`the route \`${name}\` declares no body: this is a bug in iap; report it`)
      const parsed = parseStrictJson(text)
      if (!parsed.ok) return `the body cannot be read: ${parsed.message}`
      const decodeError = decodeErrorOf(validate.bodies[route] as Validator, parsed.value)
      if (decodeError !== null)
        return `the body${decodeError.pointer === '' ? '' : ` at \`${decodeError.pointer}\``} ${decodeError.problem}`
      const value = body.read(parsed.value)
      return value === undefined
        ? 'the body contains a value that its declared type does not allow: send the declared `body`'
        : ({ value } satisfies Body)
    },

    headers: (route, ...lines) => new HeaderValues(headerNames[route] as readonly string[], lines),
    certificate: (spiffe_id, trust_domain, path, ...dns_names) => ({ spiffe_id, trust_domain, path, dns_names }),

    // One shape, for constant offsets in emitted code.
    request(method, host, path, sourceIp, time, query, body: Body | null, mtls, snapshot, headers, ...segments): DecisionRequest {
      return {
        method,
        host,
        path,
        segments,
        headers: headers ?? NO_HEADERS,
        sourceIp,
        time,
        query,
        body: body === null ? undefined : body.value,
        mtls,
        data: snapshot ?? noData,
      }
    },

    decide(route, facts, request) {
      const ask = decide[route] as RouteProgram['decide']
      return ask(facts, request)
    },
    tryOut(route, facts, request) {
      const { decide, trace } = routes[route] as RouteProgram
      const first = decide(facts, request)
      if (decide(facts, request) !== first)
        throw new Error('the second evaluation of a decision differs from the first: rebuild the bundle')
      const { rules, errors, shadow, obligations } = trace(facts, request)
      if (![rules, errors, shadow, obligations.limits].every(Array.isArray))
        throw new Error('the policy module returned a decision without its parts: rebuild the bundle')
      return first
    },
    early: (route, facts, request) => early(routes[route] as RouteProgram)(facts, request),
    plan: (route, facts) => table.plan(places[route] as number, facts),
    left: () => table.left,
    ask: (route, left, otherwise, facts, request) => table.ask(places[route] as number, left, otherwise, facts, request),

    obligations(route, facts, request) {
      const { obligations } = routes[route] as RouteProgram
      const asked = obligations?.(facts, request)
      return asked === undefined || obligesToNothing(asked) ? '' : JSON.stringify(asked)
    },

    trace(route, facts, request, decided) {
      const outcome = decided < 0 ? null : (module.outcomes[decided] as Outcome)
      const trace = (routes[route] as RouteProgram).trace(facts, request, outcome)
      return outcome !== null && saysNoMore(trace, outcome) ? '' : traceText(trace)
    },

    explanation: (route, facts, request) => JSON.stringify((routes[route] as RouteProgram).trace(facts, request).explanation()),

    mayPermit(route, identity, request) {
      const facts: Facts = { identity, roles: ALL_ROLES, caller: {}, auth: anonymousFacts.auth }
      const { rules } = (routes[route] as RouteProgram).trace(facts, request).explanation()
      return rules.some(({ effect, shadow }) => effect === 'permit' && !shadow)
    },

    addPart: (part) => parts.push(JSON.parse(part) as ReadPart) - 1,
    readPart: (part, facts, request, subject) => readPart(parts[part] as ReadPart, facts, request, subject),
    textsOfPart: (part, facts, request) => textsOfPart(parts[part] as ReadPart, facts, request),
    hasBody: ({ body }: DecisionRequest) => body !== undefined,

    dataWithout(snapshot, ...states) {
      const without: Record<string, unknown> = Object.create(null)
      for (const [at, { name }] of data.data.entries()) {
        if (states[at] === LACKING) lackingMember(without, name, `data ${name}`)
        else without[name] = states[at] === 0 ? snapshot?.[name] : undefined
      }
      return without
    },
    recordedCaller: (facts, recorded) => recordedCaller(facts, JSON.parse(recorded)),
    recordedRequest: (snapshot, recorded) => new RecordedQuestion(JSON.parse(recorded), snapshot ?? noData),
  }
  return Object.freeze(seen) as Program
}

const LACKING = 2

/** Roles of a caller who has all; more than any policy has. */
const ALL_ROLES: readonly number[] = Array.from({ length: 256 }, () => 0x7fffffff)

/** Returns facts as an object of one shape, whatever the policy module made. */
function kept({ identity, roles, caller, auth, linked }: Facts): Facts {
  return { roles, identity, caller, auth, linked }
}

/**
 * Returns whether a value is facts about this caller, and neither those of another nor a promise. Checked once per credential
 * and policy.
 */
function areFacts(facts: unknown, index: number): facts is Facts {
  if (typeof facts !== 'object' || facts === null) return false
  const { identity, roles, caller, auth } = facts as Partial<Facts>
  return (
    identity === index &&
    Array.isArray(roles) &&
    roles.every(Number.isSafeInteger) &&
    typeof caller === 'object' &&
    caller !== null &&
    typeof auth === 'object' &&
    auth !== null &&
    typeof auth.mfa === 'boolean'
  )
}

function early({ early, name }: RouteProgram): NonNullable<RouteProgram['early']> {
  if (early === null) throw new Error(`the route \`${name}\` declares no body: this is a bug in iap; report it`)
  return early
}

function obligesToNothing({ headers, limits }: Obligations): boolean {
  for (const _ in headers) return false
  return limits.length === 0
}

/** Returns whether a trace holds no more than its outcome, as for the most common refusals. Such a trace needs no text. */
function saysNoMore({ effect, reason, rules, obligations, challenge, shadow, errors }: Trace, outcome: Outcome): boolean {
  if (effect !== outcome.effect || reason !== outcome.reason || challenge !== null) return false
  if (shadow.length > 0 || errors.length > 0 || !obligesToNothing(obligations)) return false
  return outcome.rule === null ? rules.length === 0 : rules.length === 1 && rules[0] === outcome.rule
}

function traceText({ effect, reason, rules, obligations, challenge, shadow, errors }: Trace): string {
  return JSON.stringify({ effect, reason, rules, obligations, challenge, shadow, errors })
}
