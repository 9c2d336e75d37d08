import { sameType } from '../../../../language/checker/types/type.ts'
import type { Type } from '../../../../language/index.ts'
import * as t from '../types.ts'
import type { Caller, Environment } from './environment.ts'

/** Something that can be read: `caller.address.city`. */
export interface Read {
  readonly text: string
  readonly type: Type
}

export interface Readable {
  readonly now: readonly Read[]
  /** Optional fields that are not known to be there. */
  readonly missing: readonly Read[]
  /** `caller.?level`, with the type that is in it; `path` is what is there where it has a value. */
  readonly optional: readonly (Read & { readonly path: string })[]
  readonly ofKind: ReadonlyMap<Type['kind'], readonly Read[]>
}

const REQUEST = t.fields({ method: t.STRING, host: t.STRING, path: t.STRING, time: t.TIMESTAMP })
const SOURCE = t.fields({ ip: t.IP })
const CONNECTION = t.fields({
  'mtls?': t.record({ spiffe_id: t.STRING, trust_domain: t.STRING, path: t.STRING, dns_names: t.list(t.STRING) }),
})
/** Records within records. */
const DEEPEST = 3

const known = new WeakMap<Environment, Readable>()

export function readable(at: Environment): Readable {
  const before = known.get(at)
  if (before !== undefined) return before
  const found = new Finder(at).all()
  known.set(at, found)
  return found
}

class Finder {
  readonly #at: Environment
  readonly #now: Read[] = []
  readonly #missing: Read[] = []
  readonly #optional: (Read & { path: string })[] = []

  constructor(at: Environment) {
    this.#at = at
  }

  all(): Readable {
    const { variables, data, params, query, body, readsRequest } = this.#at
    this.#caller()
    for (const [name, type] of variables) this.#value(name, type, 0)
    for (const [name, type] of data) if (type.kind !== 'hierarchy') this.#value(name, type, 0)
    if (readsRequest) {
      this.#fields('request', REQUEST, 0)
      this.#fields('source', SOURCE, 0)
      this.#fields('connection', CONNECTION, 0)
      for (const path of this.#at.present) if (path.startsWith('request.headers[')) this.#now.push({ text: path, type: t.STRING })
    }
    this.#fields('params', params, 0)
    this.#fields('query', query, 0)
    if (body?.kind === 'record') this.#fields('body', body.fields, 0)
    else if (body !== null) this.#value('body', body, 0)
    const ofKind = new Map<Type['kind'], Read[]>()
    for (const read of this.#now) ofKind.set(read.type.kind, [...(ofKind.get(read.type.kind) ?? []), read])
    return { now: this.#now, missing: this.#missing, optional: this.#optional, ofKind }
  }

  #value(text: string, type: Type, depth: number): void {
    this.#now.push({ text, type })
    if (type.kind === 'record') this.#fields(text, type.fields, depth + 1)
    if (type.kind === 'map')
      for (const path of this.#at.present) if (isEntryOf(path, text)) this.#value(path, type.value, depth + 1)
  }

  #fields(owner: string, fields: t.Fields, depth: number): void {
    if (depth > DEEPEST) return
    for (const [name, { type, optional }] of fields) {
      const path = `${owner}.${name}`
      this.#optional.push({ text: `${owner}.?${name}`, type, path })
      if (optional && !this.#at.present.has(path)) this.#missing.push({ text: path, type })
      else this.#value(path, type, depth)
    }
  }

  #caller(): void {
    const { callers, present } = this.#at
    const identities = callers.filter((caller) => caller !== 'anonymous')
    for (const name of new Set(identities.flatMap(({ fields }) => [...fields.keys()]))) {
      const shape = sharedField(identities, name)
      if (shape === null) continue
      const path = `caller.${name}`
      this.#optional.push({ text: `caller.?${name}`, type: shape.type, path })
      if (!shape.everywhere || identities.length < callers.length) continue
      if (shape.optional && !present.has(path)) this.#missing.push({ text: path, type: shape.type })
      else this.#value(path, shape.type, 0)
    }
  }
}

/** What those who have a field of this name have; null where it is not of one type. */
function sharedField(identities: readonly Exclude<Caller, 'anonymous'>[], name: string) {
  const having = identities.flatMap(({ fields }) => fields.get(name) ?? [])
  const [first] = having
  if (first === undefined || !having.every(({ type }) => sameType(type, first.type))) return null
  return { type: first.type, optional: having.some(({ optional }) => optional), everywhere: having.length === identities.length }
}

/** Of the map itself, and not of what is in one of its entries. */
function isEntryOf(path: string, map: string): boolean {
  return path.startsWith(`${map}[`) && path.endsWith(']') && !path.slice(map.length + 1, -1).includes('][')
}
