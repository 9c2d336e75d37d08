import * as convert from '../abi/door/convert.ts'
import { Misfit } from '../abi/door/misfit.ts'
import { propertyName, type ReadType } from '../abi/index.ts'
import { lack, lackingMember } from './lack.ts'

/**
 * JSON of a record → a value as conditions read it. Of records, what the JSON lacks is lacking. Throws `Lack` where it is of another type: the policy that
 * recorded it declared it otherwise, and nobody knows what was sent.
 */
export function typedValue(json: unknown, type: ReadType, optional: boolean, path: string): unknown {
  if (json === null && optional) return undefined
  try {
    return typed(json, type, path)
  } catch (error) {
    if (error instanceof Misfit) throw lack(path)
    throw error
  }
}

function typed(json: unknown, type: ReadType, path: string): unknown {
  switch (type) {
    case 'bool':
      return convert.bool(json)
    case 'int':
      return convert.integer(json)
    case 'double':
      return convert.double(json)
    case 'string':
      return convert.string(json)
    case 'timestamp':
      return convert.timestamp(json)
    case 'duration':
      return convert.duration(json)
    case 'ip':
      return convert.address(json)
    case 'cidr':
      return convert.network(json)
  }
  if ('literals' in type) return convert.literal(json, new Set(type.literals))
  if ('list' in type) return convert.list(json, (element) => typed(element, type.list, path))
  if ('set' in type) return convert.set(json, (element) => typed(element, type.set, path))
  if ('map' in type) return convert.map(json, (member) => typed(member, type.map, path))
  const members = convert.record(json)
  const value: Record<string, unknown> = Object.create(null)
  for (const [name, field] of Object.entries(type.record)) {
    const property = propertyName(name)
    if (!Object.hasOwn(members, name)) lackingMember(value, property, `${path}.${name}`)
    else
      value[property] = field.optional
        ? convert.optional(members[name], (one) => typed(one, field.type, path))
        : typed(members[name], field.type, path)
  }
  return value
}

/** Whether JSON of a record has all that is read of it. */
export function isComplete(json: unknown, type: ReadType): boolean {
  if (json === null || typeof json !== 'object' || typeof type === 'string') return true
  if ('record' in type)
    return Object.entries(type.record).every(
      ([name, field]) => Object.hasOwn(json, name) && isComplete((json as Readonly<Record<string, unknown>>)[name], field.type),
    )
  const of = 'list' in type ? type.list : 'set' in type ? type.set : null
  return of === null || !Array.isArray(json) || json.every((element) => isComplete(element, of))
}

/** Some value of a type, where there must be one and nobody reads it. With what is known of it. */
export function filled(json: unknown, type: ReadType): unknown {
  if (json !== undefined && (json === null || typeof json !== 'object')) return json
  switch (type) {
    case 'bool':
      return json ?? false
    case 'int':
    case 'double':
      return json ?? 0
    case 'string':
      return json ?? ''
    case 'timestamp':
      return json ?? '1970-01-01T00:00:00Z'
    case 'duration':
      return json ?? '0s'
    case 'ip':
      return json ?? '192.0.2.1'
    case 'cidr':
      return json ?? '192.0.2.0/24'
  }
  if ('literals' in type) return json ?? type.literals[0]
  if ('record' in type) {
    const known = (json ?? {}) as Readonly<Record<string, unknown>>
    const fields = Object.entries(type.record).flatMap(([name, field]) => {
      const own = Object.hasOwn(known, name) ? known[name] : undefined
      return own === undefined && field.optional ? [] : [[name, filled(own, field.type)] as const]
    })
    return Object.fromEntries(fields)
  }
  if ('map' in type) return json ?? {}
  const of = 'list' in type ? type.list : type.set
  return Array.isArray(json) ? json.map((element) => filled(element, of)) : []
}
