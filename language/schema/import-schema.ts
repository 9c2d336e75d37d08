/** Imports a schema as a body: its type, and the schema that the decoder also checks. */

import type { RouteBody } from '../checker/model.ts'
import { createMeasure, WIDTH_LIMIT } from '../checker/types/measure-type.ts'
import type { Type } from '../checker/types/type.ts'
import { badSchema, schemaTooLarge, schemaWithoutType } from '../diagnostics/catalogue/documents.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import { DRAFT_2020_12, dialectOf, type SchemaDialect } from './dialect.ts'
import { type Document, isRecord, type Json, member } from './document.ts'
import { resolveReference } from './resolve-reference.ts'
import { shapeOfSchema } from './shapes/shape-of-schema.ts'
import { typeOfShape } from './shapes/shape-type.ts'
import { type Placed, translateSchema } from './translate-schema.ts'

const SIZE_LIMIT = 10_000
const DEPTH_LIMIT = 200

/**
 * Imports the root schema of a JSON Schema document as the declared body of a route (`body schema "./refund.schema.json"`).
 * Returns null if a mistake was reported.
 */
export function importDocument(document: Document, diagnostics: Diagnostic[]): RouteBody | null {
  const { root } = document
  const uri = isRecord(root) ? member(root, '$schema') : undefined
  const dialect = uri === undefined ? DRAFT_2020_12 : typeof uri === 'string' ? dialectOf(uri) : null
  if (dialect === null) {
    const place = document.memberPlace(root, '$schema')
    diagnostics.push(report(badSchema, place, { why: `\`$schema\` names an unknown dialect: ${JSON.stringify(uri)}` }))
    return null
  }
  return importSchema(document, { value: root, place: document.placeOf(root) }, dialect, diagnostics)
}

/** Found bodies by document and schema. Failures are not kept, so each use reports them. */
const known = new WeakMap<Document, Map<Json, RouteBody>>()

export function importSchema(
  document: Document,
  root: Placed,
  dialect: SchemaDialect,
  diagnostics: Diagnostic[],
): RouteBody | null {
  const bodies = known.get(document) ?? new Map<Json, RouteBody>()
  known.set(document, bodies)
  const key = whatItIs(document, root.value)
  const before = bodies.get(key)
  if (before !== undefined) return before
  const body = findBody(document, root, dialect, diagnostics)
  if (body !== null) bodies.set(key, body)
  return body
}

/** Operations that refer to one schema share its import. */
function whatItIs(document: Document, value: Json): Json {
  if (!isRecord(value)) return value
  const reference = member(value, '$ref')
  if (typeof reference !== 'string' || Object.keys(value).length > 1) return value
  const found = resolveReference(document, reference)
  return found.ok && isRecord(found.value) ? found.value : value
}

function findBody(document: Document, root: Placed, dialect: SchemaDialect, diagnostics: Diagnostic[]): RouteBody | null {
  const schema = translateSchema(document, root, dialect, diagnostics)
  if (schema === null) return null
  const shape = shapeOfSchema(schema)
  const found = shape === null ? null : typeOfShape(shape)
  if (shape !== null && (found === null || found.nullable)) {
    diagnostics.push(report(schemaWithoutType, root.place, {}))
    return null
  }
  const limit = found === null ? OF_TYPES : beyond(found.type)
  if (found === null || limit !== null) {
    diagnostics.push(report(schemaTooLarge, root.place, { where: 'this schema', limit: limit ?? OF_TYPES }))
    return null
  }
  return { type: found.type, schema }
}

const OF_TYPES = `consists of more than ${SIZE_LIMIT} types`

/** Returns the limit that a type exceeds, in words, or null. */
function beyond(type: Type): string | null {
  const { size, depth, width } = createMeasure()(type)
  if (depth > DEPTH_LIMIT) return `nests deeper than ${DEPTH_LIMIT} levels`
  if (size > SIZE_LIMIT) return OF_TYPES
  return width > WIDTH_LIMIT ? `has more than ${WIDTH_LIMIT} properties in objects within each other` : null
}
