/** What a generated expression may read at its place: less than, or just what, the checker knows there. */
import type { FieldShape, Type } from '../../language/index.ts'
import type { WorldIdentity, WorldRole } from './world.ts'

export type Caller = WorldIdentity | 'anonymous'

export interface Environment {
  readonly callers: readonly Caller[]
  /** Stable paths of optional fields and map entries that are known to be there. */
  readonly present: ReadonlySet<string>
  /** Parameters of the rule's routes; null in a role, which sees the caller alone and must not err. */
  readonly params: ReadonlyMap<string, { readonly type: Type; readonly optional: boolean }> | null
  readonly roles: readonly WorldRole[]
  readonly identities: readonly WorldIdentity[]
}

/** Something that can be read: `caller.address.city`. */
export interface Read {
  readonly text: string
  readonly type: Type
}

export interface Readable {
  readonly now: readonly Read[]
  /** Optional fields that are not known to be there. */
  readonly guarded: readonly Read[]
}

const STRING: Type = { kind: 'string' }

export function withPresent(environment: Environment, path: string): Environment {
  return { ...environment, present: new Set([...environment.present, path]) }
}

/** As the checker narrows: to nobody, or to everybody, tells nothing. */
export function withCallers(environment: Environment, keep: (caller: Caller) => boolean): Environment {
  const callers = environment.callers.filter(keep)
  return callers.length === 0 || callers.length === environment.callers.length ? environment : { ...environment, callers }
}

/** What is known where one of several ways led that all started from `base`: what they have in common. */
export function join(base: Environment, ways: readonly Environment[]): Environment {
  const callers = base.callers.filter((caller) => ways.some((way) => way.callers.includes(caller)))
  const [first, ...others] = ways
  const present = [...(first?.present ?? [])].filter((path) => others.every((other) => other.present.has(path)))
  return { ...base, callers, present: new Set(present) }
}

export function readable(environment: Environment): Readable {
  const now: Read[] = []
  const guarded: Read[] = []
  const add = (text: string, type: Type, optional: boolean): void => {
    if (optional && !environment.present.has(text)) {
      guarded.push({ text, type })
      return
    }
    now.push({ text, type })
    if (type.kind === 'record') for (const [name, field] of type.fields) add(`${text}.${name}`, field.type, field.optional)
    if (type.kind === 'map') {
      for (const path of environment.present) if (path.startsWith(`${text}[`)) now.push({ text: path, type: type.value })
    }
  }
  for (const [name, { type, optional }] of callerFields(environment)) add(`caller.${name}`, type, optional)
  if (environment.params !== null) {
    for (const [name, { type, optional }] of environment.params) add(`params.${name}`, type, optional)
    for (const name of ['method', 'host', 'path']) add(`request.${name}`, STRING, false)
    for (const path of environment.present) if (path.startsWith('request.headers[')) now.push({ text: path, type: STRING })
  }
  return { now, guarded }
}

/** What all who may be calling have; nothing while that may be nobody. */
function callerFields({ callers }: Environment): ReadonlyMap<string, Pick<FieldShape, 'type' | 'optional'>> {
  const fields = new Map<string, Pick<FieldShape, 'type' | 'optional'>>()
  const [first, ...others] = callers
  if (first === undefined || callers.includes('anonymous')) return fields
  for (const [name, { type, optional }] of (first as WorldIdentity).fields) {
    const same = others.map((other) => (other as WorldIdentity).fields.get(name))
    // A claim and what a certificate says may share a name; a type is then another object, unless it is a string.
    if (same.some((other) => other === undefined || (other.type !== type && other.type.kind !== 'string'))) continue
    fields.set(name, { type, optional: optional || same.some((other) => other?.optional) })
  }
  return fields
}
