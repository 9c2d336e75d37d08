import type { CanonicalRequest } from '../../../request/index.ts'
import {
  type Authentication,
  anonymousFacts,
  BYTES_OF_ANCESTORS,
  createDecider,
  createRouter,
  type DataSnapshot,
  type DecisionRequest,
  type Facts,
  HostError,
  type IdentityProgram,
  type Manifest,
  type PolicyModule,
  type RouteProgram,
  type Router,
  type Validators,
} from '../../abi/index.ts'
import { claimMisfit } from '../door/claim-misfit.ts'
import { misfitOf } from '../door/misfit-of.ts'
import { type DataResult, preparingData } from '../door/prepare-data.ts'
import { type BodyResult, readBody } from '../door/read-body.ts'
import { PolicyError } from './policy-error.ts'
import type { StackReader } from './policy-stack.ts'

/** One version of a policy, ready to decide. Whoever decides with it holds it to the end; nothing else keeps it alive. */
export interface Policy {
  /** `sha256:…`: everything that was worked out with this policy is filed under it. */
  readonly revision: string
  readonly manifest: Manifest
  readonly module: PolicyModule
  /** The index of its route in `module.routes`; −1: there is none. */
  route(request: CanonicalRequest): number
  /** Whether callers of the identity may show who they are by the method (as in `via`). */
  accepts(identity: string, method: string): boolean
  /** `claims` as `JSON.parse` made them of a verified credential. */
  facts(identity: string, claims: unknown, auth: Authentication, data: DataSnapshot): FactsResult
  readonly anonymous: Facts
  /** How many bytes facts hold, at most, beside what was made of the claims: room for what a caller settles, route by route, and what is above them in hierarchies. */
  readonly bytesPerCaller: number
  /** What is decided on the route of that index: the index of an outcome. */
  decide(route: number, facts: Facts, request: DecisionRequest): number
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
  /** The same policy with other data, which were prepared by it: another one for whoever keeps what it made of callers. */
  over(data: DataSnapshot, versions: Readonly<Record<string, string>>): Policy
  /** The same at the hosts that it names itself, and without data: as its tests ask it. */
  atOwnHosts(): Policy
  /** The body of a request to a route that declares one. */
  body(route: RouteProgram, text: string): BodyResult
  /** Of what its code threw: with the lines of the policy. */
  readonly stackOf: StackReader['stackOf']
  readonly placeOf: StackReader['placeOf']
}

export type FactsResult =
  | { readonly ok: true; readonly facts: Facts }
  /** The message names the claim, what was expected and the type of what came, and never a value. `isMissing`: nothing came. */
  | { readonly ok: false; readonly message: string; readonly isMissing?: boolean }

/** Of what service, at which hosts: replaces the default hosts of those it names. */
export type Hosts = Readonly<Record<string, readonly string[]>>

/** Data none of which has arrived. */
export const noData: DataSnapshot = Object.freeze(Object.create(null) as DataSnapshot)

/** How and when somebody authenticated of whom nobody said it. */
export const unknownAuthentication: Authentication = anonymousFacts.auth

const NO_VERSIONS: Readonly<Record<string, string>> = Object.freeze({})

export interface PolicyParts {
  readonly manifest: Manifest
  readonly module: PolicyModule
  readonly validators: Validators
  readonly stackOf: StackReader['stackOf']
  readonly placeOf: StackReader['placeOf']
}

/** Throws `PolicyError` where the hosts do not go with the policy. */
export function createPolicy(parts: PolicyParts, hosts: Hosts): Policy {
  const { manifest, module, validators, stackOf, placeOf } = parts
  const router = routerOf(module, hosts)
  const decider = createDecider(module.routes, module.outcomes.length)
  const identities = new Map(module.identities.map((program, index) => [program.name, { program, index }]))
  const methods = new Map(manifest.identities.map(({ name, methods }) => [name, methods]))
  const prepare = preparingData(module, validators)
  const names = new Map((manifest.formerly ?? []).map(({ name, was }) => [name, [name, ...was]]))
  const over = (data: DataSnapshot, versions: Readonly<Record<string, string>>): Policy => ({
    revision: manifest.revision,
    manifest,
    module,
    anonymous: decider.keep(anonymousFacts),
    bytesPerCaller: decider.bytesPerCaller + (module.ancestors ?? 0) * BYTES_OF_ANCESTORS,
    decide: (route, facts, request) => decider.decide(route, facts, request),
    hasShadows: manifest.needs.includes('shadow'),
    readsCertificate: manifest.needs.includes('mtls'),
    namesOf: (rule) => names.get(rule) ?? [rule],
    accepts: (identity, method) => methods.get(identity)?.includes(method) ?? false,
    route: ({ host, method, segments }) => router.match(host, method, segments),
    facts(identity, claims, auth, data) {
      const known = identities.get(identity)
      if (known === undefined) return { ok: false, message: `the policy has no identity \`${identity}\`` }
      const found = factsOf(known.program, known.index, validators, claims, auth, data)
      return found.ok ? { ok: true, facts: decider.keep(found.facts) } : found
    },
    data,
    versions,
    prepare,
    over,
    atOwnHosts: () => createPolicy(parts, {}),
    body: (route, text) => readBody(route, validators, text),
    stackOf,
    placeOf,
  })
  return over(noData, NO_VERSIONS)
}

function routerOf(module: PolicyModule, hosts: Hosts): Router {
  try {
    return createRouter(module, hosts)
  } catch (error) {
    if (error instanceof HostError) throw new PolicyError('hosts', error.message)
    throw error
  }
}

function factsOf(
  program: IdentityProgram,
  index: number,
  validators: Validators,
  claims: unknown,
  auth: Authentication,
  data: DataSnapshot,
): FactsResult {
  const misfit = misfitOf(validators.claims, program.name, claims)
  if (misfit !== null) return { ok: false, ...claimMisfit(misfit, claims, program.name) }
  const facts = program.facts(claims as object, data, auth)
  if (facts === null)
    return {
      ok: false,
      message: `a claim of identity \`${program.name}\` holds a value that has no meaning there`,
      isMissing: false,
    }
  if (!areFacts(facts, index)) throw new Error(`the facts of identity \`${program.name}\` are none`)
  return { ok: true, facts }
}

/** Once per credential and bundle, so that a decision never has to ask whether it was handed those of somebody else, or a promise of them. */
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
