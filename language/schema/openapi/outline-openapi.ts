/**
 * An OpenAPI document (3.0 or 3.1) → what it says there is, for whoever compares that with a policy: an operation needs no
 * `operationId`, and what cannot be a route is left out and told. Routes of a policy are read by `read-openapi.ts`.
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
  /** `info.title` */
  readonly title: string | null
  /** Of its servers, in lower case, without ports. */
  readonly hosts: readonly string[]
  /** In the order of the document. */
  readonly operations: readonly OutlinedOperation[]
}

export interface OutlinedOperation {
  /** Its `operationId`, as it stands there. */
  readonly id: string | null
  readonly methods: readonly string[]
  readonly template: string
  readonly segments: readonly Segment[]
  readonly summary: string | null
  readonly tags: readonly string[]
  /** Names of parameters wherever they stand, and of what is in bodies that are asked for and answered. */
  readonly names: readonly string[]
  /**
   * Returns the body that a route of it would have. Null: none that the language can promise. Schemas are imported when it is
   * called.
   */
  readonly body: () => RouteBody | null
  readonly security: {
    /** Everybody may call it, by a `security` that is empty or has an alternative that is (OpenAPI 3.1, 4.8.10, 4.8.30). */
    readonly isOpen: boolean
    /** Of the schemes that it asks for: `http`, `oauth2`, `mutualTLS`, … */
    readonly types: readonly string[]
    readonly scopes: readonly string[]
  }
}

/** Null: it is no OpenAPI document of these versions, which was reported. */
export function outlineOpenapi(document: Document, diagnostics: Diagnostic[]): Outline | null {
  const { root } = document
  const version = isRecord(root) ? member(root, 'openapi') : undefined
  if (!isRecord(root) || typeof version !== 'string' || !/^3\.[01]\.\d+/.test(version)) {
    const why = 'it does not say `openapi: 3.0.x` or `openapi: 3.1.x`'
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

/** What is kept from one operation to the next. */
interface Outlining {
  readonly reader: OpenapiReader
  readonly root: JsonRecord
  readonly bodies: BodyNames
  /** By their lists. */
  readonly parameters: Map<Json | undefined, readonly PlacedParameter[]>
  /** Whether a parameter of a path is an `int`, by its schema. */
  readonly ints: Map<Json | undefined, boolean>
  /** By their lists: most operations have that of the document. */
  readonly securities: Map<Json | undefined, OutlinedOperation['security']>
}

interface Path {
  readonly path: string
  readonly place: ReturnType<Document['keyPlace']>
  readonly base: string
}

/** Those that a route can have: the proxy refuses `trace` in every request. */
const METHODS = ['get', 'head', 'put', 'post', 'delete', 'options', 'patch']

/** Tags and scopes that are looked at: a small document can give as many as it likes to each operation. */
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

/** All of an operation, its own before those of its path (OpenAPI 3.1, 4.8.10). */
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

/** What has no name and no place is none. */
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
    // What cannot be read is told wherever it stands.
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

/**
 * Null: its host is a variable, or it has none. Whatever stands before an `@` lets somebody in (RFC 3986, section 3.2.1), and is
 * none of it.
 */
function hostOf(url: string): string | null {
  const [authority] = /^https?:\/\/[^/?#\\]*/i.exec(url) ?? []
  if (authority === undefined) return null
  const bare = authority.replace(/\/\/.*@/s, '//')
  return /\/\/([^:{}%[\]\s]+)(?::(?:\d*|\{[^{}]*\}))?$/.exec(bare)?.[1]?.toLowerCase() ?? null
}

function textsOf(value: Json | undefined): readonly string[] {
  return isList(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
