/** What emitted code states once about a rule for all its routes. */

import type { UnmetRequirement } from '../module.ts'

export interface RuleProgram {
  readonly name: string
  readonly effect: 'permit' | 'forbid'
  readonly shadow: boolean
  /**
   * Whether a condition of the `forbid` rule reads the caller. If only such rules deny an anonymous request, authentication may
   * help, and the decision may be `unauthenticated`.
   */
  readonly personal: boolean
  readonly because: string | null
  /** Authentication requirements in source order: those of `require` for a permit, and of `unless` for a `forbid` rule. */
  readonly requires: readonly Requirement[]
  readonly limit: { readonly count: number; readonly per: number } | null
  readonly headers: readonly string[]
  /**
   * Source positions of the rule: the file name, and then each clause with its range, such as `when 8:8-8:25`. Clauses are in
   * this order: conditions without requirements, limit key, headers, requirements.
   */
  readonly written: readonly string[]
}

export interface Requirement {
  readonly named: UnmetRequirement
  readonly within: bigint | null
}

export function requirement(what: UnmetRequirement['what'], values: readonly string[], within: number | null): Requirement {
  return { named: { what, values, within }, within: within === null ? null : BigInt(within) * 1_000_000n }
}

type PermitParts = Partial<Pick<RuleProgram, 'shadow' | 'limit' | 'headers' | 'written'>> & {
  readonly require?: readonly Requirement[]
}

export function permit(
  name: string,
  { shadow = false, require = [], limit = null, headers = [], written = [] }: PermitParts = {},
): RuleProgram {
  return { name, effect: 'permit', shadow, personal: false, because: null, requires: require, limit, headers, written }
}

type ForbidParts = Partial<Pick<RuleProgram, 'shadow' | 'personal' | 'because' | 'written'>> & {
  readonly unless?: readonly Requirement[]
}

export function forbid(
  name: string,
  { shadow = false, personal = false, because = null, unless = [], written = [] }: ForbidParts = {},
): RuleProgram {
  return { name, effect: 'forbid', shadow, personal, because, requires: unless, limit: null, headers: [], written }
}
