import type { Model, Role } from '../../language/index.ts'
import { admitClaims } from './admit-claims.ts'
import type { Caller } from './caller.ts'
import { evaluate, type Observe } from './evaluate.ts'

/** The caller of an identity with these claims, or null where they do not fit its declaration. */
export function admitCaller(model: Model, name: string, claims: unknown, observe?: Observe): Caller | null {
  const identity = model.identities.find((one) => one.name === name)
  const fields = identity === undefined ? null : admitClaims(identity, claims)
  if (identity === undefined || fields === null) return null
  // A role is a predicate over the caller and other roles, which the model lists before it; the checker lets nothing in that could err.
  const roles = new Set<Role>()
  const caller = { identity, fields, roles }
  for (const role of model.roles) {
    const { identities, condition } = role
    if (!identities.includes(identity)) continue
    if (condition === null || evaluate(condition, { model, caller, roots: new Map(), observe }) === true) roles.add(role)
  }
  return caller
}
