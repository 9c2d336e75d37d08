import type { CanonicalRequest } from '../../../request/index.ts'
import {
  type AuthenticationFacts,
  BYTES_OF_ANCESTORS,
  type Certificate,
  createRouter,
  type Explanation,
  type HeaderLookup,
  HostError,
  type Manifest,
  type Obligations,
  type Outcome,
  type Router,
  type Trace,
} from '../../abi/index.ts'
import { asking } from '../../realm/index.ts'
import type {
  BodyHandle,
  DataDecodeError,
  DecodeError,
  Program,
  QueryHandle,
  RequestHandle,
} from '../../realm/program/program.ts'
import { claimDecodeError } from '../decode/claim-decode-error.ts'
import { createDecider } from './decider.ts'
import { type CallerFacts, type DataSnapshot, noData, unknownAuthentication } from './facts.ts'
import { PolicyError } from './policy-error.ts'
import type { StackReader } from './policy-stack.ts'
import { readExplanation, readObligations, readTrace } from './read-trace.ts'
import type { PolicyTables } from './tables.ts'

/**
 * One version of a policy. A request keeps its policy to the end, and nothing else keeps the policy alive. Its code runs in a
 * JavaScript realm of its own, to which the host passes only primitives and handles that the realm has made.
 */
export interface Policy {
  /** Revision of the policy (`sha256:…`), which is the cache key of all derived data. */
  readonly revision: string
  readonly manifest: Manifest
  readonly module: PolicyTables
  /** Entry points of the realm, for work that concerns one caller or request: records, assertions and replay. */
  readonly program: Program
  /** Returns the index of the matching route in `module.routes`, or −1 without one. */
  route(request: CanonicalRequest): number
  /**
   * Returns whether callers of an identity may authenticate by a method, such as `jwt`, according to the identity's `via` clause.
   */
  accepts(identity: string, method: string): boolean
  /** Computes the facts about a caller. `claims` are the claims of a verified credential, as parsed by `JSON.parse`. */
  facts(identity: string, claims: unknown, auth: AuthenticationFacts, data: DataSnapshot): FactsResult
  readonly anonymous: CallerFacts
  /** Maximum size of a caller's facts in bytes without the claims: cached decisions by route, and ancestors in hierarchies. */
  readonly bytesPerCaller: number
  request(
    route: number,
    read: RequestParts,
    circumstances: Circumstances,
    query: QueryHandle | null,
    body: BodyHandle | null,
  ): RequestHandle
  /**
   * Converts query values to their declared types. `values` has a list for each declared key, in the order of declaration; the
   * list is empty if the key is absent. Returns the handle of the typed query, or `null` if a value does not have its type.
   */
  query(route: number, values: Readonly<Record<string, readonly string[]>>): QueryHandle | null
  body(route: number, text: string): BodyResult
  /** Decides a request. Returns the index of the outcome. */
  decide(route: number, facts: CallerFacts, request: RequestHandle): number
  /** Decides a request before its body is read. Returns the index of the outcome, or −1 if the decision needs the body. */
  early(route: number, facts: CallerFacts, request: RequestHandle): number
  obligations(route: number, facts: CallerFacts, request: RequestHandle): Obligations
  /**
   * Decides a request again, more slowly than `decide`, and returns the complete trace. `decided` is the result of `decide`, or
   * `null` if it is unknown.
   */
  trace(route: number, facts: CallerFacts, request: RequestHandle, decided: Outcome | null): Trace
  /**
   * Runs the functions of a route before its first request to find errors. Returns the index of the outcome.
   *
   * @throws errors of the functions, and an error for an invalid result
   */
  tryOut(route: number, facts: CallerFacts, request: RequestHandle): number
  /**
   * Returns whether a permit rule of the route may apply to callers of the identity. Ignores shadow rules, which are not
   * enforced.
   */
  mayPermit(route: number, identity: string, request: RequestHandle): boolean
  /**
   * Returns whether a permit rule of the route, other than a shadow rule, may apply to anonymous callers. The result is cached,
   * as it depends on the policy alone.
   */
  mayPermitAnonymous(route: number, request: RequestHandle): boolean
  /** Whether the policy has shadow rules, which are evaluated but not enforced. If so, permits are traced, too. */
  readonly hasShadows: boolean
  /** Whether conditions of the policy read the client certificate of the connection. */
  readonly readsCertificate: boolean
  readonly data: DataSnapshot
  /** Version of each received datum by name. */
  readonly versions: Readonly<Record<string, string>>
  /** Returns the current and former names of a rule, current first. */
  namesOf(rule: string): readonly string[]
  /**
   * Decodes new values of data and adds them to a snapshot; values of other data stay. `values` holds parsed JSON by name of the
   * datum.
   */
  prepare(values: Readonly<Record<string, unknown>>, onto: DataSnapshot): DataResult
  /**
   * Decodes new values of data and adds them to a snapshot; values of other data stay. `texts` holds JSON texts by name of the
   * datum.
   */
  prepareTexts(texts: Readonly<Record<string, string>>, onto: DataSnapshot): DataResult
  /**
   * Returns a policy with the same code but other data. This policy must have prepared the data. Caches must treat the result as
   * another policy.
   */
  over(data: DataSnapshot, versions: Readonly<Record<string, string>>): Policy
  /**
   * Returns the policy without data, and with the host names that it declares instead of configured ones. The policy's own tests
   * use it.
   */
  atOwnHosts(): Policy
  /** Maps an error's stack trace to lines of the policy sources. */
  readonly stackOf: StackReader['stackOf']
  readonly placeOf: StackReader['placeOf']
}

/** The parts of a `CanonicalRequest` that a policy reads. */
export interface RequestParts {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly segments: readonly string[]
  readonly headers: HeaderLookup
  readonly sourceIp: string
}

export interface Circumstances {
  /** Time of the request in nanoseconds since 1970. */
  readonly time: bigint
  readonly mtls: Certificate | null
  readonly data: DataSnapshot
}

export type FactsResult =
  | { readonly ok: true; readonly facts: CallerFacts }
  /** The message names claim, expected and actual type, but no value. `isMissing`: the claim is absent. */
  | { readonly ok: false; readonly message: string; readonly isMissing?: boolean }

export type BodyResult =
  | { readonly ok: true; readonly body: BodyHandle }
  /** One sentence with positions but no values. */
  | { readonly ok: false; readonly message: string }

export type DataResult = { readonly ok: true; readonly data: DataSnapshot } | ({ readonly ok: false } & DataDecodeError)

export type Hosts = Readonly<Record<string, readonly string[]>>

const NO_VERSIONS: Readonly<Record<string, string>> = Object.freeze({})

export interface PolicyParts {
  readonly manifest: Manifest
  readonly program: Program
  readonly tables: PolicyTables
  readonly stackOf: StackReader['stackOf']
  readonly placeOf: StackReader['placeOf']
}

/**
 * Creates a policy from its parts.
 *
 * @throws PolicyError if the configured hosts conflict
 */
export function createPolicy(parts: PolicyParts, hosts: Hosts): Policy {
  const { manifest, program, tables: module, stackOf, placeOf } = parts
  // Called unbound: no host object becomes the `this` of a realm's function.
  const { anonymous, caller, certificate, headers, request, query, body, tryOut, early, obligations, trace, explanation } =
    program
  const { mayPermit } = program
  const prepareInRealm = program.data
  const router = routerOf(module, hosts)
  const decider = createDecider(program, module.routes, module.outcomes.length)
  const identities = new Map(module.identities.map(({ name }, index) => [name, index]))
  const indexes = new Map(module.outcomes.map((outcome, index) => [outcome, index]))
  const data = new Map(module.data.map(({ name }, index) => [name, index]))
  const methods = new Map(manifest.identities.map(({ name, methods }) => [name, methods]))
  const names = new Map((manifest.formerly ?? []).map(({ name, was }) => [name, [name, ...was]]))

  /** By route; undefined: unknown. */
  const toAnonymous: (boolean | undefined)[] = []

  const factsOf = (
    identity: string,
    index: number,
    claims: unknown,
    auth: AuthenticationFacts,
    { handle }: DataSnapshot,
  ): FactsResult => {
    const text = jsonOf(claims)
    const told: unknown = text === null ? '' : asking(() => caller(index, text, handle, auth.time, auth.acr, auth.mfa))
    if (isHandle(told))
      return { ok: true, facts: decider.keep({ identity: index, auth, handle: told as CallerFacts['handle'], program }) }
    if (typeof told !== 'string')
      throw new Error(`the policy module returned no facts for identity \`${identity}\`: rebuild the bundle`)
    if (told !== '') return { ok: false, ...claimDecodeError(JSON.parse(told) as DecodeError, claims, identity) }
    return {
      ok: false,
      message:
        `a claim of identity \`${identity}\` contains a value that its declared type does not allow: ` +
        'compare it with the declaration',
      isMissing: false,
    }
  }

  const prepareTexts = (texts: Readonly<Record<string, string>>, onto: DataSnapshot): DataResult => {
    const values: (number | string)[] = []
    for (const [datum, text] of Object.entries(texts)) {
      const index = data.get(datum)
      if (index === undefined)
        return { ok: false, datum, pointer: '', message: `the policy has no datum \`${datum}\`: name data that it declares` }
      values.push(index, text)
    }
    const told: unknown = asking(() => prepareInRealm(onto.handle, ...values))
    if (isHandle(told)) {
      const arrived = new Set([...onto.arrived, ...Object.keys(texts)])
      return { ok: true, data: Object.freeze({ handle: told as NonNullable<DataSnapshot['handle']>, arrived }) }
    }
    return { ok: false, ...dataDecodeError(told) }
  }

  const over = (data: DataSnapshot, versions: Readonly<Record<string, string>>): Policy => ({
    revision: manifest.revision,
    manifest,
    module,
    program,
    anonymous: decider.keep({ identity: -1, auth: unknownAuthentication, handle: anonymous, program }),
    bytesPerCaller: decider.bytesPerCaller + module.ancestors * BYTES_OF_ANCESTORS,
    decide: decider.decide,
    hasShadows: manifest.needs.includes('shadow'),
    readsCertificate: manifest.needs.includes('mtls'),
    namesOf: (rule) => names.get(rule) ?? [rule],
    accepts: (identity, method) => methods.get(identity)?.includes(method) ?? false,
    route: ({ host, method, segments }) => router.match(host, method, segments),
    facts(identity, claims, auth, data) {
      const index = identities.get(identity)
      if (index === undefined)
        return { ok: false, message: `the policy has no identity \`${identity}\`: name one that it declares` }
      return factsOf(identity, index, claims, auth, data)
    },
    request(route, read, { time, mtls, data }, query, body) {
      const { method, host, path, segments, headers: lookup, sourceIp } = read
      const named = module.routes[route]?.readHeaders ?? NONE
      const lines = named.length === 0 ? null : headers(route, ...linesOf(named, lookup))
      const certified = mtls === null ? null : certificate(mtls.spiffe_id, mtls.trust_domain, mtls.path, ...mtls.dns_names)
      return request(method, host, path, sourceIp, time, query, body, certified, data.handle, lines, ...segments)
    },
    query(route, values) {
      const flat: (number | string)[] = []
      for (const { name } of module.routes[route]?.query?.keys ?? []) {
        const own = values[name] ?? NONE
        flat.push(own.length, ...own)
      }
      const told: unknown = asking(() => query(route, ...flat))
      return isHandle(told) ? (told as QueryHandle) : null
    },
    body(route, text) {
      const told: unknown = asking(() => body(route, text))
      if (isHandle(told)) return { ok: true, body: told as BodyHandle }
      return {
        ok: false,
        message: typeof told === 'string' ? told : 'the body cannot be read: send the `body` that the route declares',
      }
    },
    tryOut: (route, { handle }, request) => numberOf(asking(() => tryOut(route, handle, request))),
    early: (route, { handle }, request) => numberOf(asking(() => early(route, handle, request))),
    obligations: (route, { handle }, request) => readObligations(asking(() => obligations(route, handle, request))),
    trace(route, { handle }, request, decided) {
      const index = decided === null ? -1 : (indexes.get(decided) ?? -1)
      const told = readTrace(
        asking(() => trace(route, handle, request, index)),
        decided,
      )
      return { ...told, explanation: () => explained(route, handle, request) }
    },
    mayPermit(route, identity, request) {
      const index = identities.get(identity)
      return index !== undefined && asking(() => mayPermit(route, index, request)) === true
    },
    mayPermitAnonymous(route, request) {
      toAnonymous[route] ??= asking(() => mayPermit(route, -1, request)) === true
      return toAnonymous[route]
    },
    data,
    versions,
    prepare(values, onto) {
      const texts: Record<string, string> = Object.create(null)
      for (const [datum, value] of Object.entries(values)) {
        const text = jsonOf(value)
        if (text === null) return { ok: false, datum, pointer: '', message: `data \`${datum}\` is not valid JSON` }
        texts[datum] = text
      }
      return prepareTexts(texts, onto)
    },
    prepareTexts,
    over,
    atOwnHosts: () => createPolicy(parts, {}),
    stackOf,
    placeOf,
  })
  return over(noData, NO_VERSIONS)

  function explained(route: number, handle: CallerFacts['handle'], request: RequestHandle): Explanation {
    return readExplanation(asking(() => explanation(route, handle, request)))
  }
}

const NONE: readonly string[] = Object.freeze([])

function linesOf(names: readonly string[], headers: HeaderLookup): (string | number | undefined)[] {
  const lines: (string | number | undefined)[] = []
  for (const name of names) lines.push(headers.get(name), headers.count(name))
  return lines
}

/** Returns whether a value may be a handle, which is opaque to the host. */
function isHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Returns a value if it is a number, otherwise −2, which is neither an outcome nor a request for the body. */
function numberOf(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) : -2
}

function dataDecodeError(told: unknown): DataDecodeError {
  const { datum, pointer, message } = (typeof told === 'string' ? JSON.parse(told) : {}) as Partial<Record<string, unknown>>
  if (typeof datum !== 'string' || typeof pointer !== 'string' || typeof message !== 'string')
    throw new Error('the policy module returned no result for the data: rebuild the bundle')
  return { datum, pointer, message }
}

function routerOf(module: PolicyTables, hosts: Hosts): Router {
  try {
    return createRouter(module, hosts)
  } catch (error) {
    if (error instanceof HostError) throw new PolicyError('hosts', error.message)
    throw error
  }
}

/** Serializes a JSON value. Returns null if the value nests too deep or cannot be serialized. */
function jsonOf(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null
  } catch {
    return null
  }
}
