/** What a generated expression may read at its place: less than, or just what, the checker knows there. */
import type { Type } from '../../../../language/index.ts'
import type { WorldIdentity } from '../identities.ts'
import type { Fields } from '../types.ts'

export type Caller = WorldIdentity | 'anonymous'

export interface WorldRole {
  readonly name: string
  readonly identities: readonly WorldIdentity[]
  /** Whether all callers of its identities have it. */
  readonly always: boolean
}

export interface WorldDef {
  readonly name: string
  readonly params: readonly Type[]
  readonly result: Type
  readonly mayErr: boolean
  readonly readsRequest: boolean
  /** Whether it goes through what may be long. */
  readonly loops: boolean
}

export interface Environment {
  readonly callers: readonly Caller[]
  /** Stable paths of optional fields and map entries that are known to be there. */
  readonly present: ReadonlySet<string>
  /** What the rule's routes have in common. */
  readonly params: Fields
  readonly query: Fields
  readonly body: Type | null
  readonly variables: ReadonlyMap<string, Type>
  /** How many comprehensions over what may be long stand round it. */
  readonly loops: number
  /** Not in a role, nor in what a role asks. */
  readonly mayErr: boolean
  readonly readsRequest: boolean
  readonly data: ReadonlyMap<string, Type>
  readonly identities: readonly WorldIdentity[]
  readonly roles: readonly WorldRole[]
  readonly defs: readonly WorldDef[]
}

export function withPresent(at: Environment, ...paths: readonly string[]): Environment {
  return { ...at, present: new Set([...at.present, ...paths]) }
}

/** As the checker narrows: to nobody, or to everybody, tells nothing. */
export function withCallers(at: Environment, keep: (caller: Caller) => boolean): Environment {
  const callers = at.callers.filter(keep)
  return callers.length === 0 || callers.length === at.callers.length ? at : { ...at, callers }
}

/** Within a comprehension or a def. A variable that hides another of its name takes away what was known of that one. */
export function withVariable(at: Environment, name: string, type: Type, range: 'long' | 'short'): Environment {
  const hidden = new RegExp(`\\b${name}\\b`)
  const present = at.variables.has(name) ? new Set([...at.present].filter((path) => !hidden.test(path))) : at.present
  const loops = at.loops + (range === 'long' ? 1 : 0)
  return { ...at, present, variables: new Map([...at.variables, [name, type]]), loops }
}

/** What is known where one of several ways led that all started from `base`: what they have in common. */
export function join(base: Environment, ways: readonly Environment[]): Environment {
  const callers = base.callers.filter((caller) => ways.some((way) => way.callers.includes(caller)))
  const [first, ...others] = ways
  const present = [...(first?.present ?? [])].filter((path) => others.every((other) => other.present.has(path)))
  return { ...base, callers, present: new Set(present) }
}
