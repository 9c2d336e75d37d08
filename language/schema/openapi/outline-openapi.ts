/**
 * Outlines an OpenAPI document (3.0 or 3.1) for comparison with a policy: operations need no `operationId`, and what cannot be a
 * route is left out and reported. `read-openapi.ts` reads routes of policies.
 */

import type { RouteBody, Segment } from '../../checker/model.ts'
import { parseTemplate } from '../../checker/routes/template.ts'
import { badOpenapi } from '../../diagnostics/catalogue/documents.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import { DRAFT_2020_12, OPENAPI_3_0 } from '../dialect.ts'
import { type Document, isList, isRecord, type Json, type JsonRecord, member } from '../document.ts'
import { basePath } from './base-path.ts'
import { BodyNames, followed, MOST_NAMES } from './names-in.ts'
import { fieldName, isIntParameter, type Parameter } from './parameters.ts'
import { OpenapiReader } from './reader.ts'
import { requestBodyOf } from './request-body.ts'

export interface Outline {
  /** Title of the document: `info.title`. */
  readonly title: string | null
  /** The servers' hosts, in lower case, without ports. */
  readonly hosts: readonly string[]
  /** Operations in document order. */
  readonly operations: readonly OutlinedOperation[]
}

export interface OutlinedOperation {
  /** The `operationId` as written. */
  readonly id: string | null
  readonly methods: readonly string[]
  readonly template: string
  readonly segments: readonly Segment[]
  readonly summary: string | null
  readonly tags: readonly string[]
  /** The names of all parameters, and those in request and response bodies. */
  readonly names: readonly string[]
  /** Imports the body of the operation's route. Returns null if the language cannot express the body. */
  readonly body: () => RouteBody | null
  readonly security: {
    /**
     * Whether anyone may call the operation: `security` is empty or has an empty alternative (OpenAPI 3.1, sections 4.8.10 and
     * 4.8.30).
     */
    readonly isOpen: boolean
    /** The types of the required schemes: `http`, `oauth2`, `mutualTLS`, … */
    readonly types: readonly string[]
    readonly scopes: readonly string[]
  }
}

/** Reads the outline of an OpenAPI document. Returns null for another kind of document or version, which is reported. */
export function outlineOpenapi(document: Document, diagnostics: Diagnostic[]): Outline | null {
  const { root } = document
  const version = isRecord(root) ? member(root, 'openapi') : undefined
  if (!isRecord(root) || typeof version !== 'string' || !/^3\.[01]\.\d+/.test(version)) {
    const why = 'it has no `openapi: 3.0.x` or `openapi: 3.1.x`'
    diagnostics.push(report(badOpenapi, document.memberPlace(root, 'openapi'), { why }))
    return null
  }
  const reader = new OpenapiReader(document, version.startsWith('3.0') ? OPENAPI_3_0 : DRAFT_2020_12, diagnostics)
  const info = reader.record(root, 'info')
  const title = info && reader.text(info.value, 'title')
  const base = basePath(reader, root, '')
  const paths = reader.record(root, 'paths')
  if (base === null || paths === null) return { title, hosts: hostsOf(reader, root), operations: [] }
  const kept = { parameters: new Map(), ints: new Map(), securities: new Map() }
  const outlining: Outlining = { reader, root, bodies: new BodyNames(reader), ...kept }
  const operations = Object.keys(paths.value).flatMap((path) => {
    const item = path.startsWith('x-') ? null : reader.record(paths.value, path)
    const place = document.keyPlace(paths.value, path)
    return item === null ? [] : operationsOf(outlining, item.value, { path, place, base })
  })
  return { title, hosts: hostsOf(reader, root), operations }
}

/** State shared by operations. */
interface Outlining {
  readonly reader: OpenapiReader
  readonly root: JsonRecord
  readonly bodies: BodyNames
  /** By list object. */
  readonly parameters: Map<Json | undefined, readonly PlacedParameter[]>
  /** Whether a path parameter is an `int`, by its schema. */
  readonly ints: Map<Json | undefined, boolean>
  /** By list object, as most operations share the document's. */
  readonly securities: Map<Json | undefined, OutlinedOperation['security']>
}

interface Path {
  readonly path: string
  readonly place: ReturnType<Document['keyPlace']>
  readonly base: string
}

/** The methods that a route can have: the proxy refuses `trace`. */
const METHODS = ['get', 'head', 'put', 'post', 'delete', 'options', 'patch']

/** The maximum number of tags and scopes, as a small document can give each operation any number. */
const MOST_WORDS = 200

function operationsOf(outlining: Outlining, item: JsonRecord, path: Path): readonly OutlinedOperation[] {
  const { reader, bodies } = outlining
  const ofItem = basePath(reader, item, path.base)
  if (ofItem === null) return []
  return METHODS.flatMap((method) => {
    const operation = method === 'head' && member(item, 'get') !== undefined ? null : reader.record(item, method)
    const base = operation && basePath(reader, operation.value, ofItem)
    if (operation === null || base === null) return []
    const parameters = parametersIn(outlining, item, operation.value)
    const template = base + templateOf(outlining, path.path, parameters)
    const parsed = parseTemplate(template)
    if (!parsed.ok) {
      reader.leaveOut(path.place, `\`${template}\``, parsed.why)
      return []
    }
    const { value } = operation
    return {
      id: reader.text(value, 'operationId'),
      methods: method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
      template,
      segments: parsed.segments,
      summary: reader.text(value, 'summary'),
      tags: textsOf(member(value, 'tags')).slice(0, MOST_WORDS),
      names: [...new Set([...parameters.map(({ name }) => name), ...bodies.of(value)])].slice(0, MOST_NAMES),
      body: () => requestBodyOf(new OpenapiReader(reader.document, reader.dialect, []), value, [method.toUpperCase()]),
      security: securityOf(outlining, value),
    }
  })
}

interface PlacedParameter extends Parameter {
  readonly where: string
}

/** Returns an operation's parameters: its own before its path's (OpenAPI 3.1, section 4.8.10). */
function parametersIn({ reader, parameters }: Outlining, item: JsonRecord, operation: JsonRecord): readonly PlacedParameter[] {
  const found = new Map<string, PlacedParameter>()
  for (const owner of [item, operation]) {
    const list = member(owner, 'parameters')
    const read = parameters.get(list) ?? readParameters(reader, owner)
    if (isList(list)) parameters.set(list, read)
    for (const one of read) found.set(`${one.where} ${one.name}`, one)
  }
  return [...found.values()]
}

/** Skips parameters without a name or place. */
function readParameters(reader: OpenapiReader, owner: JsonRecord): readonly PlacedParameter[] {
  const placed = reader.records(owner, 'parameters').slice(0, MOST_NAMES)
  return placed.flatMap((one) => {
    const [name, where] = [reader.text(one.value, 'name'), reader.text(one.value, 'in')]
    return name !== null && where !== null ? [{ ...one, name, where }] : []
  })
}

/** `/orders/{order-id}` → `/orders/{order_id: int}` */
function templateOf({ reader, ints }: Outlining, path: string, parameters: readonly PlacedParameter[]): string {
  return path.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const parameter = parameters.find((one) => one.where === 'path' && one.name === name)
    const schema = parameter && followed(reader, member(parameter.value, 'schema'))
    const isInt = ints.get(schema) ?? isIntParameter(reader, parameter)
    // What is unreadable is reported at each use.
    if (isRecord(schema)) ints.set(schema, isInt)
    return `{${fieldName(name)}${isInt ? ': int' : ''}}`
  })
}

function securityOf({ reader, root, securities }: Outlining, operation: JsonRecord): OutlinedOperation['security'] {
  const asked = member(operation, 'security') ?? member(root, 'security')
  const known = securities.get(asked) ?? readSecurity(reader, root, asked)
  securities.set(asked, known)
  return known
}

function readSecurity(reader: OpenapiReader, root: JsonRecord, asked: Json | undefined): OutlinedOperation['security'] {
  const alternatives = isList(asked) ? asked.filter(isRecord) : []
  const isOpen = isList(asked) && (asked.length === 0 || alternatives.some((one) => Object.keys(one).length === 0))
  const components = reader.record(root, 'components')
  const schemes = components && reader.record(components.value, 'securitySchemes')
  const types = new Set<string>()
  for (const name of alternatives.flatMap((one) => Object.keys(one))) {
    const scheme = schemes && reader.record(schemes.value, name)
    const type = scheme && reader.text(scheme.value, 'type')
    if (type !== null) types.add(type)
  }
  const scopes = alternatives.flatMap((one) => Object.keys(one).flatMap((name) => textsOf(member(one, name))))
  return { isOpen, types: [...types], scopes: [...new Set(scopes)].slice(0, MOST_WORDS) }
}

function hostsOf(reader: OpenapiReader, root: JsonRecord): readonly string[] {
  const urls = reader.records(root, 'servers').map(({ value }) => reader.text(value, 'url') ?? '')
  return [...new Set(urls.flatMap((url) => hostOf(url) ?? []))]
}

/** Returns null if the host is missing or a variable. Strips user information before an `@` (RFC 3986, section 3.2.1). */
function hostOf(url: string): string | null {
  const [authority] = /^https?:\/\/[^/?#\\]*/i.exec(url) ?? []
  if (authority === undefined) return null
  const bare = authority.replace(/\/\/.*@/s, '//')
  return /\/\/([^:{}%[\]\s]+)(?::(?:\d*|\{[^{}]*\}))?$/.exec(bare)?.[1]?.toLowerCase() ?? null
}

function textsOf(value: Json | undefined): readonly string[] {
  return isList(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
