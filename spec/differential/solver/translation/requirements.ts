/** How and when the caller authenticated (`spec/language/requirements.md`). */
import type { RequirementIr } from '../../../../compiler/ir/index.ts'
import { between } from './facts.ts'
import type { Scope } from './scope.ts'
import { termOf } from './shapes.ts'
import { and, FALSE, type Formula, or, same, TRUE, text } from './smt.ts'

const MILLISECOND = 1_000_000n

export function requirementMet({ what, values, within }: RequirementIr, { facts, identity }: Scope): Formula {
  if (identity === null) return FALSE
  const isAcr = (value: string) =>
    and(facts.presence('auth.acr'), same(termOf(facts.at('auth.acr', { kind: 'string' })), text(value)))
  const how = {
    mfa: () => or(facts.presence('auth.amr has mfa'), isAcr('mfa')),
    acr: () => or(...values.map(isAcr)),
    auth: () => TRUE,
  }[what]()
  if (within === null) return what === 'auth' ? FALSE : how
  const time = (name: string) => termOf(facts.at(name, { kind: 'timestamp' }))
  const age = `(- ${time('request.time')} ${time('auth.time')})`
  return and(how, facts.presence('auth.time'), between(age, 0, BigInt(within) * MILLISECOND))
}
