import { rolesUpTo } from '../language/checker/callers/roles-up-to.ts'
import type { Role } from '../language/checker/model.ts'
import { isScope } from '../language/checker/types/type.ts'
import type { Principal, Reference, Requirement } from '../language/index.ts'
import { boundedType, type Expression, type FieldShape, type Model, parseTimestamp } from '../language/index.ts'
import { certificateOf, fieldsOf, reject, typed } from './decode.ts'
import type { Value } from './value.ts'

/**
 * The caller of a request to `iap eval`, before decoding: the name of the identity, its claims as JSON, and its authentication.
 */
export type Credential = { readonly identity: string; readonly claims: unknown; readonly auth?: Auth }
type Auth = { readonly time?: string; readonly acr?: string; readonly amr?: readonly string[] }

/**
 * A decoded caller: its identity, the fields that conditions can read, its authentication, and the roles that are evaluated so
 * far. An anonymous caller is null instead.
 */
export type CallerValue = ReturnType<typeof callerOf>

export function callerOf(model: Model, { identity: name, claims, auth = {} }: Credential) {
  const identity = model.identities.find((one) => one.name === name) ?? reject()
  const admit = (found: unknown, shape: FieldShape) => typed(split(found, shape), boundedType(shape.type, model), true)
  const certificate = identity.byCertificate ? certificateOf(claims) : []
  const fields = new Map([...fieldsOf(identity.claims, claims, admit), ...certificate])
  // Null: the authentication time is unknown.
  const authenticated = auth.time === undefined ? null : parseTimestamp(auth.time)
  return { identity, fields, authenticated, acr: auth.acr ?? null, amr: auth.amr ?? [], roles: new Map<Role, boolean>() }
}

/** A scope may be one text (RFC 8693, section 4.2). */
function split(json: unknown, { type, path }: FieldShape): unknown {
  return isScope(path, type) && typeof json === 'string' ? json.split(' ').filter((word) => word !== '') : json
}

type Evaluated = (condition: Expression) => Value

/**
 * Returns whether the caller matches a principal in a rule's `to`, or the name after `is` in a condition.
 *
 * @param of evaluates a role's condition, which cannot err
 */
export function callerIs(model: Model, caller: CallerValue | null, what: Principal | Reference, of: Evaluated): boolean {
  if (what.kind === 'anyone') return true
  if (what.kind === 'anonymous' || caller === null) return what.kind === 'anonymous' && caller === null
  if (what.kind === 'identity') return caller.identity === what.identity
  if (what.kind !== 'role') return what.kind === 'authenticated'
  for (const role of rolesUpTo(what.role, model, caller.roles)) {
    const holds = role.identities.includes(caller.identity) && (role.condition === null || of(role.condition) === true)
    caller.roles.set(role, holds)
  }
  return caller.roles.get(what.role) as boolean
}

/** Returns whether the caller's authentication meets a requirement. */
export function isMet({ what, values, within }: Requirement, caller: CallerValue | null, time: bigint): boolean {
  if (caller === null) return false
  if (what === 'mfa' && caller.acr !== 'mfa' && !caller.amr.includes('mfa')) return false
  if (what === 'acr' && !values.some(({ value }) => value === caller.acr)) return false
  const age = caller.authenticated === null ? -1n : time - caller.authenticated
  return within === null || (age >= 0n && age <= BigInt(within.milliseconds) * 1_000_000n)
}
