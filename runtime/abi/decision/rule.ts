/** What emitted code says of a rule once, for all routes that it is on. */

import type { UnmetRequirement } from '../module.ts'

export interface RuleProgram {
  readonly name: string
  readonly effect: 'permit' | 'forbid'
  readonly shadow: boolean
  /** Of a forbid: it reads who calls. */
  readonly personal: boolean
  readonly because: string | null
  /** Of a permit: `require`. Of a forbid: its clauses `unless REQ`, in the order written. */
  readonly requires: readonly Requirement[]
  readonly limit: { readonly count: number; readonly per: number } | null
  /** Names of the headers that it sets. */
  readonly headers: readonly string[]
  /**
   * Its file, then of each clause what it is and where: `when 8:8-8:25`, from line and column to line and column. Conditions but
   * requirements, in the order written; then the key of the limit, headers, requirements.
   */
  readonly written: readonly string[]
}

export interface Requirement {
  /** As answers name it. */
  readonly named: UnmetRequirement
  /** `within`, in nanoseconds. */
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
