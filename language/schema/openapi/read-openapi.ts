/** Reads a service's routes from an OpenAPI document (3.0 or 3.1); ignores responses, security and hosts. */

import type { RouteBody, Segment } from '../../checker/model.ts'
import { parseTemplate } from '../../checker/routes/template.ts'
import type { FieldShape } from '../../checker/types/type.ts'
import { badOpenapi } from '../../diagnostics/catalogue/documents.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import { DRAFT_2020_12, dialectOf, OPENAPI_3_0, type SchemaDialect } from '../dialect.ts'
import { type Document, isRecord, type JsonRecord, member } from '../document.ts'
import { basePath } from './base-path.ts'
import { fieldName, isIntParameter, type Parameter, parametersOf, queryOf } from './parameters.ts'
import { OpenapiReader } from './reader.ts'
import { requestBodyOf } from './request-body.ts'
import { routeName } from './route-name.ts'

export interface ImportedOperation {
  /** The name of the operation's route (`routeName`). */
  readonly name: string
  readonly place: Span
  readonly methods: readonly string[]
  readonly template: string
  readonly templatePlace: Span
  readonly segments: readonly Segment[]
  readonly query: ReadonlyMap<string, FieldShape> | null
  readonly body: RouteBody | null
  readonly deprecated: string | null
}

/**
 * Reads the operations of an OpenAPI document, in document order. Reports a document of another kind or version, and returns
 * null.
 */
export function readOpenapi(document: Document, diagnostics: Diagnostic[]): readonly ImportedOperation[] | null {
  const { root } = document
  const dialect = isRecord(root) ? versionOf(root) : null
  if (!isRecord(root) || dialect === null) {
    const known = isRecord(root) && /^3\.1\.\d+/.test(String(member(root, 'openapi')))
    const why = known ? 'its `jsonSchemaDialect` is not known' : 'it has no `openapi: 3.0.x` or `openapi: 3.1.x`'
    const place = document.memberPlace(root, known ? 'jsonSchemaDialect' : 'openapi')
    diagnostics.push(report(badOpenapi, place, { why }))
    return null
  }
  const reader = new OpenapiReader(document, dialect, diagnostics)
  const base = basePath(reader, root, '')
  const paths = reader.record(root, 'paths')
  if (base === null || paths === null) return []
  return Object.keys(paths.value).flatMap((path) => {
    if (path.startsWith('x-')) return []
    const item = reader.record(paths.value, path)
    return item === null ? [] : operationsOf(reader, item.value, { path, place: document.keyPlace(paths.value, path), base })
  })
}

function versionOf(root: JsonRecord): SchemaDialect | null {
  const version = member(root, 'openapi')
  if (typeof version !== 'string') return null
  if (/^3\.0\.\d+/.test(version)) return OPENAPI_3_0
  if (!/^3\.1\.\d+/.test(version)) return null
  const named = member(root, 'jsonSchemaDialect')
  return typeof named === 'string' ? dialectOf(named) : DRAFT_2020_12
}

interface Path {
  readonly path: string
  readonly place: Span
  readonly base: string
}

const METHODS = ['get', 'head', 'put', 'post', 'delete', 'options', 'patch', 'trace']

function operationsOf(reader: OpenapiReader, item: JsonRecord, path: Path): ImportedOperation[] {
  const base = basePath(reader, item, path.base)
  if (base === null) return []
  return METHODS.flatMap((method) => {
    const operation = reader.record(item, method)
    if (operation === null) return []
    const place = reader.document.keyPlace(item, method)
    const what = `the operation \`${method}\``
    if (method === 'trace') reader.leaveOut(place, what, 'the proxy rejects this method in every request')
    else if (method === 'head' && member(item, 'get') !== undefined) reader.leaveOut(place, what, '`get` covers it')
    else return readOperation(reader, item, operation.value, { ...path, base, method, methodPlace: place }) ?? []
    return []
  })
}

interface Method extends Path {
  readonly method: string
  readonly methodPlace: Span
}

function readOperation(reader: OpenapiReader, item: JsonRecord, operation: JsonRecord, at: Method): ImportedOperation | null {
  const id = reader.text(operation, 'operationId')
  const place = id === null ? at.methodPlace : reader.document.memberPlace(operation, 'operationId')
  const base = basePath(reader, operation, at.base)
  if (base === null) return null
  const parameters = parametersOf(reader, item, operation)
  const template = base + templateOf(reader, at.path, parameters.path)
  const parsed = parseTemplate(template)
  if (!parsed.ok) return reader.fail(at.place, `\`${template}\` is not a path template: ${parsed.why}`)
  const methods = at.method === 'get' ? ['GET', 'HEAD'] : [at.method.toUpperCase()]
  return {
    name: routeName(id, at.method, template),
    place,
    methods,
    template,
    templatePlace: at.place,
    segments: parsed.segments,
    query: queryOf(reader, parameters.query),
    body: requestBodyOf(reader, operation, methods),
    deprecated: member(operation, 'deprecated') === true ? 'its OpenAPI document says so' : null,
  }
}

/** `/orders/{order-id}` → `/orders/{order_id: int}` */
function templateOf(reader: OpenapiReader, path: string, parameters: readonly Parameter[]): string {
  return path.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const type = isIntParameter(
      reader,
      parameters.find((one) => one.name === name),
    )
      ? ': int'
      : ''
    return `{${fieldName(name)}${type}}`
  })
}
