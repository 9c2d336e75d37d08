import type { CanonicalRequest } from '../../request/index.ts'
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
} from '../abi/index.ts'
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
  const identities = new Map(module.identities.map((program) => [program.name, program]))
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
      const program = identities.get(identity)
      if (program === undefined) return { ok: false, message: `the policy has no identity \`${identity}\`` }
      return factsOf(program, validators, claims)
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

function factsOf(program: IdentityProgram, validators: Validators, claims: unknown): FactsResult {
  const validate = validators[program.name]
  if (validate === undefined) throw new Error(`no validator for ${program.name}: instantiate has checked this`)
  if (!validate(claims)) {
    const error = validate.errors?.[0]
    // The path may hold keys that the credential brought.
    const where = error?.instancePath ? `claim \`${error.instancePath.slice(0, 100)}\`` : 'claims'
    return { ok: false, message: `${where} of identity \`${program.name}\` ${error?.message ?? 'do not fit'}` }
  }
  const facts = program.facts(claims as object)
  return facts === null
    ? { ok: false, message: `a claim of identity \`${program.name}\` holds a value that has no meaning there` }
    : { ok: true, facts }
}
