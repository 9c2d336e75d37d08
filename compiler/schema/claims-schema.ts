/** JSON Schema (draft-07) of the claims that a credential of an identity must carry: the door, in words that ajv can say. */
import type { FieldShape, Type } from '../../language/semantics/types/type.ts'
import { isScope } from '../codegen/emit-facts.ts'
import type { JsonSchema } from '../compiled.ts'
import type { IdentityIr } from '../ir/index.ts'

/**
 * Other claims may be there: `exp`, `iss` and what else an issuer adds. An identity whose only method is `mtls` also has
 * what a certificate says; one with several methods promises nothing of it, so nothing is asked.
 */
export function claimsSchema({ claims, spiffe }: IdentityIr): JsonSchema {
  const fields = [...claims].map(([, shape]): Placed => ({ ...shape, schema: claimSchema(shape) }))
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...placed(spiffe ? [...fields, ...CERTIFICATE] : fields) }
}

interface Placed extends Pick<FieldShape, 'optional' | 'path'> {
  readonly schema: JsonSchema
}

/** SPIFFE-ID, section 2. `.` and `..` as segments, which a pattern says badly, are left to the `facts` function. */
const CERTIFICATE: readonly Placed[] = [
  {
    path: ['spiffe_id'],
    optional: false,
    schema: { type: 'string', maxLength: 2048, pattern: '^spiffe://[a-z0-9._-]{1,255}(?:/[A-Za-z0-9._-]+)+$' },
  },
  { path: ['dns_names'], optional: true, schema: { type: 'array', items: { type: 'string' } } },
]

function claimSchema({ type, path }: FieldShape): JsonSchema {
  const schema = typeSchema(type)
  return isScope(path, type) ? { anyOf: [{ type: 'string' }, schema] } : schema
}

function typeSchema(type: Type): JsonSchema {
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
    case 'list':
    case 'set':
      return { type: 'array', items: typeSchema(type.element) }
    case 'map':
      return { type: 'object', additionalProperties: typeSchema(type.value) }
    case 'record':
      return placed([...type.fields.values()].map((shape) => ({ ...shape, schema: typeSchema(shape.type) })))
    case 'caller':
    case 'unknown':
      throw new Error(`a claim of type ${type.kind}`)
  }
}

/** An object that has fields at paths. What several paths share is said once. */
function placed(fields: readonly Placed[]): JsonSchema {
  const keys = [...new Set(fields.map(({ path }) => path[0] ?? ''))].sort()
  const properties = keys.map((key): readonly [string, JsonSchema] => {
    const here = fields.filter(({ path }) => path[0] === key)
    const schema = allOf([
      ...here.filter(({ path }) => path.length === 1).map(({ schema }) => schema),
      ...nested(here.filter(({ path }) => path.length > 1)),
    ])
    return [key, isOptional(here) ? { anyOf: [{ type: 'null' }, schema] } : schema]
  })
  const required = keys.filter((key) => !isOptional(fields.filter(({ path }) => path[0] === key)))
  // `fromEntries` makes own properties of every key, `__proto__` too.
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) }
}

function nested(fields: readonly Placed[]): readonly JsonSchema[] {
  return fields.length === 0 ? [] : [placed(fields.map((field) => ({ ...field, path: field.path.slice(1) })))]
}

/** Absent or null is fine where that is so for everything that is read there. */
function isOptional(fields: readonly Placed[]): boolean {
  return fields.every(({ optional }) => optional)
}

function allOf(schemas: readonly JsonSchema[]): JsonSchema {
  const [only] = schemas
  return schemas.length === 1 && only !== undefined ? only : { allOf: schemas }
}
