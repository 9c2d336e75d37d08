/** JSON Schemas (draft 2020-12) that obviously accept nothing. */
type Schema = boolean | object

const ONE: readonly string[] = [
  'additionalProperties',
  'propertyNames',
  'unevaluatedProperties',
  'items',
  'contains',
  'unevaluatedItems',
  'not',
  'if',
  'then',
  'else',
]
const LIST: readonly string[] = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const BY_NAME: readonly string[] = ['properties', 'patternProperties', 'dependentSchemas', '$defs']

/**
 * Removes the keywords beside a `not` that matches every value: no value passes such a schema, and ajv's code for those keywords
 * uses undeclared names.
 */
export function withoutUnreached(schema: Schema): Schema {
  if (typeof schema === 'boolean') return schema
  const members = Object.entries(schema).map(([keyword, value]) => [keyword, inner(keyword, value)] as const)
  const made = Object.fromEntries(members) as { readonly not?: unknown }
  if (!fitsAll(made.not)) return made
  return Object.fromEntries(members.filter(([keyword]) => keyword === 'not' || keyword.startsWith('$')))
}

function inner(keyword: string, value: unknown): unknown {
  if (ONE.includes(keyword)) return withoutUnreached(value as Schema)
  if (LIST.includes(keyword)) return (value as readonly Schema[]).map(withoutUnreached)
  if (!BY_NAME.includes(keyword)) return value
  return Object.fromEntries(Object.entries(value as object).map(([name, one]) => [name, withoutUnreached(one as Schema)]))
}

function fitsAll(schema: unknown): boolean {
  return schema === true || (typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0)
}
