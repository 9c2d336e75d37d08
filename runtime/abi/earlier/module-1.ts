/** ABI 1: what `policy.js` of its bundles returns. It had identities, roles, routes and rules with conditions, and nothing else yet. */
import type { DecisionRequest, Effect, Facts, SegmentProgram } from '../module.ts'

export interface PolicyModule1 {
  readonly abi: 1
  readonly routes: readonly RouteProgram1[]
  readonly identities: readonly IdentityProgram1[]
  /** 0 is `no-route`, 1 the default deny. */
  readonly outcomes: readonly Outcome1[]
}

/** It carried obligations and a challenge, which nothing of a policy could ask for: always none. */
export interface Outcome1 {
  readonly effect: Effect
  readonly rule: string | null
  readonly reason: string | null
  readonly obligations: { readonly headers: object; readonly limits: readonly string[] }
  readonly challenge: string | null
}

export type Facts1 = Pick<Facts, 'identity' | 'roles' | 'caller'>

export interface IdentityProgram1 {
  readonly name: string
  readonly methods: readonly string[]
  facts(claims: object): Facts1 | null
}

export type ParamValue = string | number

export interface RouteProgram1 {
  readonly name: string
  readonly service: string
  readonly labels: readonly string[]
  readonly methods: readonly string[] | null
  readonly segments: readonly SegmentProgram[]
  readonly params: readonly string[]
  readonly hosts: readonly string[]
  readonly headers: readonly string[]
  /** `params` are the values of the parameters, the host's first. */
  decide(facts: Facts1, params: readonly ParamValue[], request: DecisionRequest): number
  trace(facts: Facts1, params: readonly ParamValue[], request: DecisionRequest): Trace1
}

export interface Trace1 {
  /** An index into `outcomes`. */
  readonly outcome: number
  readonly rules: readonly string[]
  readonly errors: readonly { readonly rule: string; readonly error: string }[]
}
