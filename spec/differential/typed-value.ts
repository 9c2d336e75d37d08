import type { Value } from '../../interpreter/index.ts'
import type { Type } from '../../language/index.ts'

/** Whether a value is of a type, as far as can be seen without going through it: what the checker says of every expression. */
export function isOfType(value: Value, type: Type): boolean {
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean'
    case 'int':
      return Number.isSafeInteger(value) && !Object.is(value, -0)
    case 'double':
      return typeof value === 'number'
    case 'string':
    case 'ip':
    case 'cidr':
      return typeof value === 'string'
    case 'literals':
      return typeof value === 'string' && type.values.includes(value)
    case 'timestamp':
    case 'duration':
      return typeof value === 'bigint'
    case 'list':
      return Array.isArray(value)
    case 'optional':
      return Array.isArray(value) && value.length <= 1 && value.every((one) => isOfType(one, type.value))
    case 'set':
      return typeof value === 'object' && 'set' in value
    case 'map':
    case 'hierarchy':
      return value instanceof Map
    case 'record':
      return value instanceof Map && [...type.fields].every(([name, { optional }]) => optional || value.has(name))
    case 'caller':
      return value instanceof Map
    case 'unknown':
      return false
  }
}
