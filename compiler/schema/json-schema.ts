/** JSON Schema of data and bodies. Their records are closed, unless they say otherwise. */
import type { Type } from '../../language/semantics/types/type.ts'
import type { JsonSchema } from '../compiled.ts'
import { DIALECT, typeSchema } from './type-schema.ts'

export function jsonSchema(type: Type): JsonSchema {
  return { $schema: DIALECT, ...typeSchema(type, 'json') }
}
