import { schema } from '../../runtime/server/config/validate.generated.js'

/** The keywords of JSON Schema that the schema of the configuration has and editors need. */
export interface Schema {
  readonly $ref?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly (string | number)[]
  readonly const?: boolean
  readonly default?: unknown
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | false
  readonly items?: Schema
  /** What is expected, with an example. */
  readonly 'x-expected'?: string
}

/** The schema of the whole configuration. */
export const rootSchema: Schema = schema as Schema
const definitions = schema.definitions as Readonly<Record<string, Schema>>

/** Returns the schema of a member of a map or an element of a list; null if there is none. */
export function schemaOf(parent: Schema | null, step: string | number): Schema | null {
  if (parent === null) return null
  if (typeof step === 'number') return parent.items === undefined ? null : resolve(parent.items)
  const { properties = {}, additionalProperties } = parent
  const found = Object.hasOwn(properties, step) ? properties[step] : additionalProperties
  return found === undefined || found === false ? null : resolve(found)
}

/** Returns a schema with the keywords of the definition to which it refers. Its own description and default win. */
function resolve(one: Schema): Schema {
  const definition = one.$ref === undefined ? undefined : definitions[one.$ref.slice('#/definitions/'.length)]
  return definition === undefined ? one : { ...definition, ...one }
}

/** Returns whether a value can be a map. */
export function isObject({ properties, additionalProperties }: Schema): boolean {
  return properties !== undefined || (additionalProperties !== undefined && additionalProperties !== false)
}

/** Returns whether a value is the path of a file or folder, relative to the folder of the configuration. */
export function isPath({ $ref }: Schema): boolean {
  return $ref === '#/definitions/path'
}

/** Returns the values of which one must stand here, if there are few; else none. */
export function valuesOf({ enum: values = [], const: only, type }: Schema): readonly string[] {
  // A number that a string also stands for, as `minVersion: 1.2`.
  if (values.length > 0) return [...new Set(values.map(String))]
  if (only !== undefined) return [String(only)]
  return [type].flat().includes('boolean') ? ['true', 'false'] : []
}
