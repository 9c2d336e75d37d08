import type { FieldShape, Identity, Type } from '../../language/index.ts'
import { setOf, type Value } from './value.ts'

/** Thrown where a value does not fit; `admitClaims` turns it into null. */
class Misfit extends Error {}

type Json = Readonly<Record<string, unknown>>

/** The fields that conditions read, from what a credential carries; null where that does not fit the declaration. */
export function admitClaims(identity: Identity, claims: unknown): ReadonlyMap<string, Value> | null {
  try {
    const declared = fieldsOf(identity.claims, claims, true)
    const byCertificate = identity.methods.length === 1 && identity.methods[0] === 'mtls'
    return byCertificate ? new Map([...declared, ...certificateFields(object(claims))]) : declared
  } catch (error) {
    if (error instanceof Misfit) return null
    throw error
  }
}

function fieldsOf(shapes: ReadonlyMap<string, FieldShape>, json: unknown, areClaims: boolean): ReadonlyMap<string, Value> {
  const fields = new Map<string, Value>()
  for (const [name, { type, optional, path }] of shapes) {
    const found = path.reduce<unknown>(memberOf, object(json))
    if (found === undefined || found === null) {
      if (!optional) throw new Misfit()
      continue
    }
    fields.set(name, typed(areClaims ? splitScope(found, type, path) : found, type))
  }
  return fields
}

/** What is under a key; absent where the whole is absent or null. What is on the way to a claim is an object. */
function memberOf(whole: unknown, key: string): unknown {
  if (whole === undefined || whole === null) return undefined
  const json = object(whole)
  return Object.hasOwn(json, key) ? json[key] : undefined
}

/** RFC 8693, 4.2 */
function splitScope(value: unknown, type: Type, path: readonly string[]): unknown {
  const isScope = ['scope', 'scp'].includes(path.at(-1) as string) && (type.kind === 'set' || type.kind === 'list')
  return isScope && typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : value
}

function typed(json: unknown, type: Type): Value {
  switch (type.kind) {
    case 'bool':
      return fits(typeof json === 'boolean', json)
    case 'int':
      return fits(Number.isSafeInteger(json), json)
    case 'double':
      return fits(Number.isFinite(json), json)
    case 'string':
      return text(json)
    case 'literals':
      return fits(type.values.includes(json as string), json)
    case 'list':
      return array(json).map((element) => typed(element, type.element))
    case 'set':
      return setOf(array(json).map((element) => typed(element, type.element)))
    case 'map':
      return new Map(Object.entries(object(json)).map(([key, value]) => [text(key), typed(value, type.value)]))
    case 'record':
      return fieldsOf(type.fields, json, false)
    default:
      throw new Error(`no value has the type ${type.kind}`)
  }
}

function fits(condition: boolean, json: unknown): Value {
  if (!condition) throw new Misfit()
  return json as Value
}

/** Well-formed: no surrogate without its other half. */
function text(json: unknown): string {
  return fits(typeof json === 'string' && json.isWellFormed(), json) as string
}

function array(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw new Misfit()
  return json
}

function object(json: unknown): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Misfit()
  return json as Json
}

/** What a verified certificate says (SPIFFE-ID, section 2). */
function certificateFields(claims: Json): readonly (readonly [string, Value])[] {
  const id = text(memberOf(claims, 'spiffe_id'))
  const match = /^spiffe:\/\/([a-z0-9._-]{1,255})((\/[A-Za-z0-9._-]+)+)$/.exec(id)
  const [, domain, path] = match ?? []
  if (domain === undefined || path === undefined || id.length > 2048) throw new Misfit()
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) throw new Misfit()
  const names = memberOf(claims, 'dns_names') ?? []
  return [
    ['spiffe_id', id],
    ['trust_domain', domain],
    ['path', path],
    ['dns_names', array(names).map(text)],
  ]
}
