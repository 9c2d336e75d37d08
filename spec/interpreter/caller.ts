import type { Expression, Identity, Principal, Reference, Requirement } from '../../language/index.ts'
import type { Fields, Value } from './value.ts'

/** Who calls. Anonymous is null. */
export interface Caller {
  readonly identity: Identity
  readonly fields: Fields
  /** Nanoseconds since 1970; null where it is not known when the caller authenticated. */
  readonly authenticated: bigint | null
  readonly acr: string | null
  readonly amr: readonly string[]
}

/** Whether the caller is what a name in `to` or after `is` says. `of` evaluates the condition of a role, which cannot err. */
export function callerIs(caller: Caller | null, what: Principal | Reference, of: (condition: Expression) => Value): boolean {
  if (what.kind === 'anyone') return true
  if (what.kind === 'anonymous' || caller === null) return what.kind === 'anonymous' && caller === null
  if (what.kind === 'identity') return caller.identity === what.identity
  if (what.kind !== 'role') return what.kind === 'authenticated'
  const { identities, condition } = what.role
  return identities.includes(caller.identity) && (condition === null || of(condition) === true)
}

/** Whether how and when the caller authenticated is enough. */
export function isMet({ what, values, within }: Requirement, caller: Caller | null, time: bigint): boolean {
  if (caller === null) return false
  if (what === 'mfa' && caller.acr !== 'mfa' && !caller.amr.includes('mfa')) return false
  if (what === 'acr' && !values.some(({ value }) => value === caller.acr)) return false
  const age = caller.authenticated === null ? -1n : time - caller.authenticated
  return within === null || (age >= 0n && age <= BigInt(within.milliseconds) * 1_000_000n)
}
