/** JSON Schema of data and bodies. Their records are closed, unless they say otherwise. */
import type { Type } from '../../language/checker/types/type.ts'
import type { JsonSchema } from '../compiled.ts'
import { DIALECT, typeSchema } from './type-schema.ts'

/** The same type gives the same object: many routes have the same body. */
export function jsonSchema(type: Type): JsonSchema {
  const schema = known.get(type) ?? { $schema: DIALECT, ...typeSchema(type, 'json') }
  known.set(type, schema)
  return schema
}

const known = new WeakMap<Type, JsonSchema>()
