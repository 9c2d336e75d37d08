import type { Model } from '../../language/checker/model.ts'

/**
 * Whom a column is about: all callers of an identity, whatever roles they have; or those of them who have a role, whatever other
 * roles they have besides. Roles are conditions over the caller, and one may hold wherever another does: so a column of callers
 * with just one role could be of nobody.
 */
export interface Column {
  /** Null: nobody is known. */
  readonly identity: string | null
  /** Null: with any roles, or none. */
  readonly role: string | null
}

/** Nobody who is known, then identity by identity: all of its callers, and its roles by name. */
export function columnsOf({ identities, roles }: Model): readonly Column[] {
  const named = identities.flatMap((identity): Column[] => {
    const own = roles.filter((role) => role.identities.includes(identity)).map(({ name }) => name)
    return [null, ...own.sort()].map((role) => ({ identity: identity.name, role }))
  })
  return [{ identity: null, role: null }, ...named]
}
