/** The JSON Schema (draft 2020-12) of a type's input. What a schema cannot express well, the conversion checks afterwards. */
import type { FieldShape, Type } from '../../language/checker/types/type.ts'
import type { InputKind } from '../codegen/index.ts'
import type { JsonSchema } from '../compiled.ts'

export const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** A field's path in its JSON object, and the JSON Schema of its value. */
export interface Placed extends Pick<FieldShape, 'optional' | 'path'> {
  readonly schema: JsonSchema
}

/** RFC 3339 as `timestamp(…)` parses it. The conversion rejects dates that do not exist. */
const TIMESTAMP: JsonSchema = {
  type: 'string',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$',
}
/** Seconds since 1970, from year 1 to year 9999. */
const SECONDS: JsonSchema = { type: 'number', minimum: -62_135_596_800, maximum: 253_402_300_800 }
const DURATION: JsonSchema = {
  type: 'string',
  pattern: '^[+-]?(?:0|(?:(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)(?:ms|us|ns|h|m|s))+)$',
}
const ADDRESS: JsonSchema = { type: 'string', pattern: '^[0-9A-Fa-f:.]{2,45}$' }
const NETWORK: JsonSchema = { type: 'string', pattern: '^[0-9A-Fa-f:.]{2,45}/[0-9]{1,3}$' }
const HIERARCHY: JsonSchema = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } }

export function typeSchema(type: Type, input: InputKind): JsonSchema {
  switch (type.kind) {
    case 'bool':
      return { type: 'boolean' }
    case 'int':
      return { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }
    case 'double':
      return { type: 'number' }
    case 'string':
      return { type: 'string' }
    case 'literals':
      return { type: 'string', enum: type.values }
    case 'timestamp':
      return input === 'claims' ? { anyOf: [TIMESTAMP, SECONDS] } : TIMESTAMP
    case 'duration':
      return DURATION
    case 'ip':
      return ADDRESS
    case 'cidr':
      return NETWORK
    case 'list':
    case 'set':
      return { type: 'array', items: typeSchema(type.element, input), ...(type.most !== undefined && { maxItems: type.most }) }
    case 'map':
      return {
        type: 'object',
        additionalProperties: typeSchema(type.value, input),
        ...(type.most !== undefined && { maxProperties: type.most }),
      }
    case 'record': {
      const fields = [...type.fields.values()].map((shape) => ({ ...shape, schema: typeSchema(shape.type, input) }))
      return placed(fields, input === 'claims' || type.open)
    }
    case 'hierarchy':
      return HIERARCHY
    case 'optional':
    case 'caller':
    case 'unknown':
      throw new Error(`a value of type ${type.kind} in an input`)
  }
}

/**
 * Returns the JSON Schema of an object with fields at nested paths. Fields whose paths begin alike share the nested objects.
 *
 * @param open whether the object may have other members
 */
export function placed(fields: readonly Placed[], open: boolean): JsonSchema {
  const keys = [...new Set(fields.map(({ path }) => path[0] ?? ''))].sort()
  const members = keys.map((key): readonly [string, JsonSchema] => {
    const here = fields.filter(({ path }) => path[0] === key)
    const whole = here.filter(({ path }) => path.length === 1).map(({ schema }) => schema)
    const parts = here.filter(({ path }) => path.length > 1).map((field) => ({ ...field, path: field.path.slice(1) }))
    // The whole value's schema decides what may be beside a part of it.
    const schema = allOf([...whole, ...(parts.length > 0 ? [placed(parts, open || whole.length > 0)] : [])])
    return [key, isOptional(here) ? { anyOf: [{ type: 'null' }, schema] } : schema]
  })
  const required = keys.filter((key) => !isOptional(fields.filter(({ path }) => path[0] === key)))
  // ajv ignores a property named `__proto__`, but not a pattern that matches it.
  const named = members.filter(([key]) => key !== '__proto__')
  const odd = members.find(([key]) => key === '__proto__')
  return {
    type: 'object',
    properties: Object.fromEntries(named),
    ...(odd && { patternProperties: { '^__proto__$': odd[1] } }),
    ...(required.length > 0 && { required }),
    ...(!open && { additionalProperties: false }),
  }
}

/** A member may be absent or null if everything read in it is optional. */
function isOptional(fields: readonly Placed[]): boolean {
  return fields.every(({ optional }) => optional)
}

function allOf(schemas: readonly JsonSchema[]): JsonSchema {
  const [only] = schemas
  return schemas.length === 1 && only !== undefined ? only : { allOf: schemas }
}

/**
 * Returns the JSON Schema of data or bodies of a type. Records allow no other members unless they are open. Memoized by type, as
 * many routes share a body.
 */
export function jsonSchema(type: Type): JsonSchema {
  const schema = known.get(type) ?? { $schema: DIALECT, ...typeSchema(type, 'json') }
  known.set(type, schema)
  return schema
}

const known = new WeakMap<Type, JsonSchema>()
