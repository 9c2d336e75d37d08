import { propertyName } from '../../abi/allowlist/names.ts'
import * as convert from '../../abi/decode/convert.ts'
import { DecodeError } from '../../abi/decode/convert.ts'
import type { ReadType } from '../../abi/index.ts'
import { lackingMember, MissingValue } from './missing-value.ts'

/**
 * Converts a recorded JSON value to a typed value of the policy. Fields that a record lacks throw `MissingValue` when read.
 *
 * @throws MissingValue if the JSON has another type, as an earlier policy may have declared
 */
export function typedValue(json: unknown, type: ReadType, optional: boolean, path: string): unknown {
  if (json === null && optional) return undefined
  try {
    return typed(json, type, path)
  } catch (error) {
    if (error instanceof DecodeError) throw new MissingValue(path)
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
