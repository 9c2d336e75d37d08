/** A dialect of JSON Schema: the differences that affect reading. */
export interface SchemaDialect {
  readonly name: string
  /** Whether a `$ref` is one keyword among others. If false, a `$ref` hides the keywords beside it. */
  readonly refBesideOthers: boolean
  /** Whether `items` may be a list, with `additionalItems` for the rest. */
  readonly listOfItems: boolean
  /** Whether `dependencies` is a keyword, and `$id: "#name"` (formerly `id`) defines an anchor. */
  readonly dependencies: boolean
  /** Whether `exclusiveMinimum: true` modifies a `minimum` beside it. */
  readonly exclusiveFlags: boolean
  /** Whether `nullable` modifies a `type`, and requests need no `readOnly` field (OpenAPI 3.0.3, Schema Object). */
  readonly openapi: boolean
}

const latest = {
  refBesideOthers: true,
  listOfItems: false,
  dependencies: false,
  exclusiveFlags: false,
  openapi: false,
}
const older = { ...latest, refBesideOthers: false, listOfItems: true, dependencies: true }

export const DRAFT_2020_12: SchemaDialect = { ...latest, name: 'draft 2020-12' }
export const OPENAPI_3_0: SchemaDialect = { ...older, name: 'OpenAPI 3.0', exclusiveFlags: true, openapi: true }

const BY_URI: ReadonlyMap<string, SchemaDialect> = new Map<string, SchemaDialect>([
  ['json-schema.org/draft/2020-12/schema', DRAFT_2020_12],
  ['spec.openapis.org/oas/3.1/dialect/base', DRAFT_2020_12],
  ['json-schema.org/draft/2019-09/schema', { ...latest, name: 'draft 2019-09', listOfItems: true }],
  ['json-schema.org/draft-07/schema', { ...older, name: 'draft-07' }],
  ['json-schema.org/draft-06/schema', { ...older, name: 'draft-06' }],
  ['json-schema.org/draft-04/schema', { ...older, name: 'draft-04', exclusiveFlags: true }],
])

/** Returns the dialect that a `$schema` names; null if the dialect is unknown. */
export function dialectOf(uri: string): SchemaDialect | null {
  return BY_URI.get(uri.replace(/^https?:\/\//, '').replace(/#$/, '')) ?? null
}
