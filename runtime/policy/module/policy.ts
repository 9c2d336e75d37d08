import type { CanonicalRequest } from '../../../request/index.ts'
import {
  anonymousFacts,
  createRouter,
  type Facts,
  HostError,
  type IdentityProgram,
  type Manifest,
  type ParamValue,
  type PolicyModule,
  type RouteProgram,
  type Router,
  type Validators,
} from '../../abi/index.ts'
import { PolicyError } from './policy-error.ts'

/** One version of a policy, ready to decide. Whoever decides with it holds it to the end; nothing else keeps it alive. */
export interface Policy {
  /** `sha256:…`: everything that was worked out with this policy is filed under it. */
  readonly revision: string
  readonly manifest: Manifest
  readonly module: PolicyModule
  /** Null: no route. */
  route(request: CanonicalRequest): Matched | null
  /** `claims` as `JSON.parse` made them of a verified credential. */
  facts(identity: string, claims: unknown): FactsResult
  readonly anonymous: Facts
}

export interface Matched {
  readonly route: RouteProgram
  readonly params: readonly ParamValue[]
}

export type FactsResult =
  | { readonly ok: true; readonly facts: Facts }
  /** The message names the claim and never its value. */
  | { readonly ok: false; readonly message: string }

/** Of what service, at which hosts: replaces the default hosts of those it names. */
export type Hosts = Readonly<Record<string, readonly string[]>>

/** Throws `PolicyError` where the hosts do not go with the policy. */
export function createPolicy(manifest: Manifest, module: PolicyModule, validators: Validators, hosts: Hosts): Policy {
  const router = routerOf(module, hosts)
  const identities = new Map(module.identities.map((program, index) => [program.name, { program, index }]))
  return {
    revision: manifest.revision,
    manifest,
    module,
    anonymous: anonymousFacts,
    route(request) {
      const match = router.match(request.host, request.method, request.segments)
      return match === null ? null : { route: module.routes[match.route] as RouteProgram, params: match.params }
    },
    facts(identity, claims) {
      const known = identities.get(identity)
      if (known === undefined) return { ok: false, message: `the policy has no identity \`${identity}\`` }
      return factsOf(known.program, known.index, validators, claims)
    },
  }
}

function routerOf(module: PolicyModule, hosts: Hosts): Router {
  try {
    return createRouter(module, hosts)
  } catch (error) {
    if (error instanceof HostError) throw new PolicyError('hosts', error.message)
    throw error
  }
}

function factsOf(program: IdentityProgram, index: number, validators: Validators, claims: unknown): FactsResult {
  const validate = validators[program.name]
  if (validate === undefined) throw new Error(`no validator for ${program.name}: instantiate has checked this`)
  // A promise, or whatever else is true in JavaScript, is no yes.
  if (validate(claims) !== true) {
    const error = validate.errors?.[0]
    // The path may hold keys that the credential brought.
    const where = error?.instancePath ? `claim \`${error.instancePath.slice(0, 100)}\`` : 'claims'
    return { ok: false, message: `${where} of identity \`${program.name}\` ${error?.message ?? 'do not fit'}` }
  }
  const facts = program.facts(claims as object)
  if (facts === null)
    return { ok: false, message: `a claim of identity \`${program.name}\` holds a value that has no meaning there` }
  if (!areFacts(facts, index)) throw new Error(`the facts of identity \`${program.name}\` are none`)
  return { ok: true, facts }
}

/** Once per credential and bundle, so that a decision never has to ask whether it was handed those of somebody else, or a promise of them. */
function areFacts(facts: unknown, index: number): facts is Facts {
  if (typeof facts !== 'object' || facts === null) return false
  const { identity, roles, caller } = facts as Partial<Facts>
  return (
    identity === index &&
    Array.isArray(roles) &&
    roles.every(Number.isSafeInteger) &&
    typeof caller === 'object' &&
    caller !== null
  )
}
