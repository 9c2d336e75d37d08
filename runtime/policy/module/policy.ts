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
 * One version of a policy, ready to decide. Whoever decides with it holds it to the end; nothing else keeps it alive. Its code
 * runs in a realm of its own, into which only primitives go: what conditions read are handles, made by this and handed back to
 * it.
 */
export interface Policy {
  /** `sha256:…`: everything that was worked out with this policy is filed under it. */
  readonly revision: string
  readonly manifest: Manifest
  readonly module: PolicyTables
  /** What its realm is asked by. For what is about one caller or request in particular: records, assertions, replay. */
  readonly program: Program
  /** The index of its route in `module.routes`; −1: there is none. */
  route(request: CanonicalRequest): number
  /** Whether callers of the identity may show who they are by the method (as in `via`). */
  accepts(identity: string, method: string): boolean
  /** `claims` as `JSON.parse` made them of a verified credential. */
  facts(identity: string, claims: unknown, auth: AuthenticationFacts, data: DataSnapshot): FactsResult
  readonly anonymous: CallerFacts
  /**
   * How many bytes facts hold, at most, beside what was made of the claims: room for what a caller settles, route by route, and
   * what is above them in hierarchies.
   */
  readonly bytesPerCaller: number
  /** The request as conditions of the route of that index read it. */
  request(
    route: number,
    read: RequestParts,
    circumstances: Circumstances,
    query: QueryHandle | null,
    body: BodyHandle | null,
  ): RequestHandle
  /**
   * The declared keys of a query, by the values of each: decoded, in order, empty where it did not come. Null: one does not fit.
   */
  query(route: number, values: Readonly<Record<string, readonly string[]>>): QueryHandle | null
  /** The body of a request to a route that declares one. */
  body(route: number, text: string): BodyResult
  /** What is decided on the route of that index: the index of an outcome. */
  decide(route: number, facts: CallerFacts, request: RequestHandle): number
  /** The same before the body was read; −1: the body must be read first. */
  early(route: number, facts: CallerFacts, request: RequestHandle): number
  /** What a permit that `decide` gave carries. */
  obligations(route: number, facts: CallerFacts, request: RequestHandle): Obligations
  /**
   * The same question as `decide`, slower: everything that an answer has. `decided`: what the fast function gave; null: nothing
   * is known.
   */
  trace(route: number, facts: CallerFacts, request: RequestHandle, decided: Outcome | null): Trace
  /**
   * Runs the functions of a route before the first request does, and returns the index of the outcome. Throws what they throw,
   * and if they give no decision.
   */
  tryOut(route: number, facts: CallerFacts, request: RequestHandle): number
  /** Whether an enforced permit of the route may be to somebody of the identity. */
  mayPermit(route: number, identity: string, request: RequestHandle): boolean
  /**
   * Whether an enforced permit of the route may be to an anonymous caller. The first answer for a route stays: which rules are to
   * anonymous callers depends on the policy alone.
   */
  mayPermitAnonymous(route: number, request: RequestHandle): boolean
  /** Whether it has shadow rules: then a permit is traced as well. */
  readonly hasShadows: boolean
  /** Whether conditions ask for the certificate of the connection. */
  readonly readsCertificate: boolean
  /** What it decides by, beside requests. */
  readonly data: DataSnapshot
  /** Of these data, by name, as far as they have arrived. */
  readonly versions: Readonly<Record<string, string>>
  /** What a rule is called, and was: its own name first. */
  namesOf(rule: string): readonly string[]
  /** Values by datum, as strict JSON gives them, onto what there is already; what is not named stays what it is there. */
  prepare(values: Readonly<Record<string, unknown>>, onto: DataSnapshot): DataResult
  /** The same of their JSON texts. */
  prepareTexts(texts: Readonly<Record<string, string>>, onto: DataSnapshot): DataResult
  /** The same policy with other data, which were prepared by it: another one for whoever keeps what it made of callers. */
  over(data: DataSnapshot, versions: Readonly<Record<string, string>>): Policy
  /** The same at the hosts that it names itself, and without data: as its tests ask it. */
  atOwnHosts(): Policy
  /** Of what its code threw: with the lines of the policy. */
  readonly stackOf: StackReader['stackOf']
  readonly placeOf: StackReader['placeOf']
}

/** Of a `CanonicalRequest`. */
export interface RequestParts {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly segments: readonly string[]
  readonly headers: HeaderLookup
  readonly sourceIp: string
}

export interface Circumstances {
  /** Nanoseconds since 1970. */
  readonly time: bigint
  readonly mtls: Certificate | null
  readonly data: DataSnapshot
}

export type FactsResult =
  | { readonly ok: true; readonly facts: CallerFacts }
  /** The message names the claim, what was expected and the type of what came, and never a value. `isMissing`: nothing came. */
  | { readonly ok: false; readonly message: string; readonly isMissing?: boolean }

export type BodyResult =
  /** As conditions read it. */
  | { readonly ok: true; readonly body: BodyHandle }
  /** One sentence that names places and holds no value. */
  | { readonly ok: false; readonly message: string }

export type DataResult = { readonly ok: true; readonly data: DataSnapshot } | ({ readonly ok: false } & DataDecodeError)

/** Of what service, at which hosts: replaces the default hosts of those it names. */
export type Hosts = Readonly<Record<string, readonly string[]>>

const NO_VERSIONS: Readonly<Record<string, string>> = Object.freeze({})

export interface PolicyParts {
  readonly manifest: Manifest
  readonly program: Program
  readonly tables: PolicyTables
  readonly stackOf: StackReader['stackOf']
  readonly placeOf: StackReader['placeOf']
}

/** Throws `PolicyError` where the hosts do not go with the policy. */
export function createPolicy(parts: PolicyParts, hosts: Hosts): Policy {
  const { manifest, program, tables: module, stackOf, placeOf } = parts
  // Called as they are: no object of the host is the `this` of a function of the realm.
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

  /** By route; undefined: not yet known. */
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
    if (typeof told !== 'string') throw new Error(`the facts of identity \`${identity}\` are none`)
    if (told !== '') return { ok: false, ...claimDecodeError(JSON.parse(told) as DecodeError, claims, identity) }
    return { ok: false, message: `a claim of identity \`${identity}\` holds a value that has no meaning there`, isMissing: false }
  }

  const prepareTexts = (texts: Readonly<Record<string, string>>, onto: DataSnapshot): DataResult => {
    const values: (number | string)[] = []
    for (const [datum, text] of Object.entries(texts)) {
      const index = data.get(datum)
      if (index === undefined) return { ok: false, datum, pointer: '', message: `the policy has no data \`${datum}\`` }
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
      if (index === undefined) return { ok: false, message: `the policy has no identity \`${identity}\`` }
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
      return { ok: false, message: typeof told === 'string' ? told : 'the body cannot be read' }
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
        if (text === null) return { ok: false, datum, pointer: '', message: `data \`${datum}\` are no JSON` }
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

/** Whatever it is: nobody looks into it. */
function isHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** −2 is no outcome, nor does it say that a body is to be read. */
function numberOf(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) : -2
}

function dataDecodeError(told: unknown): DataDecodeError {
  const { datum, pointer, message } = (typeof told === 'string' ? JSON.parse(told) : {}) as Partial<Record<string, unknown>>
  if (typeof datum !== 'string' || typeof pointer !== 'string' || typeof message !== 'string')
    throw new Error('the policy has made no data of what it was given')
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

/** JSON of a value that `JSON.parse` made; null where it has none: it nests too deep, or is not of that kind. */
function jsonOf(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null
  } catch {
    return null
  }
}
