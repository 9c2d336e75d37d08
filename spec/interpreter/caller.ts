import type { Identity, Principal, Reference, Role } from '../../language/index.ts'
import type { Value } from './value.ts'

/** Who calls. Anonymous is null. */
export interface Caller {
  readonly identity: Identity
  readonly fields: ReadonlyMap<string, Value>
  readonly roles: ReadonlySet<Role>
}

/** Whether a caller is what a name in `to` or after `is` says. */
export function callerIs(caller: Caller | null, what: Principal | Reference): boolean {
  switch (what.kind) {
    case 'anyone':
      return true
    case 'anonymous':
      return caller === null
    case 'authenticated':
      return caller !== null
    case 'identity':
      return caller?.identity === what.identity
    case 'role':
      return caller?.roles.has(what.role) ?? false
    case 'root':
      throw new Error('a root is not a kind of caller')
  }
}
