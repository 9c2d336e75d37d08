/**
 * Translates a schema of a document into a self-contained JSON Schema of draft 2020-12: targets of `$ref`s become `$defs`, older
 * keywords and OpenAPI's are modernized, and annotations are dropped.
 */

import { dependenciesFirst } from '../checker/dependencies-first.ts'
import type { JsonSchema } from '../checker/model.ts'
import { badSchema, schemaTooLarge } from '../diagnostics/catalogue/documents.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import type { Span } from '../source.ts'
import type { SchemaDialect } from './dialect.ts'
import { type Document, isList, isRecord, type Json, type JsonRecord, member } from './document.ts'
import { FORMATS, isTexts, KEYWORDS, patternProblem } from './keywords.ts'
import { resolveReference } from './resolve-reference.ts'

/** The maximum number of schemas in one, counting each target of a reference once, and the maximum depth. */
const SIZE_LIMIT = 20_000
const DEPTH_LIMIT = 200
/** The maximum for all schemas of a document; shared targets count for each. */
const DOCUMENT_LIMIT = 200_000

const spent = new WeakMap<Document, number>()

/** A schema with its span. */
export interface Placed {
  readonly value: Json
  readonly place: Span
}

/**
 * Translates a schema into draft 2020-12, with `$ref`s into its own `$defs`.
 *
 * @returns null after a reported mistake
 */
export function translateSchema(
  document: Document,
  root: Placed,
  dialect: SchemaDialect,
  diagnostics: Diagnostic[],
): JsonSchema | null {
  const before = spent.get(document) ?? 0
  // The schema that exceeded the limit reported it.
  if (before > DOCUMENT_LIMIT) return null
  const own: Diagnostic[] = []
  const translation = new Translation(document, root, dialect, own)
  const schema = translation.schema()
  const all = before + translation.size
  spent.set(document, all)
  if (all > DOCUMENT_LIMIT) {
    const limit = `consist of more than ${DOCUMENT_LIMIT} schemas, what they refer to counted for each`
    own.push(report(schemaTooLarge, root.place, { where: 'the schemas of this document', limit }))
  }
  for (const one of own) diagnostics.push(one)
  return own.length === 0 ? schema : null
}

type Draft = Record<string, unknown>

/** The position of a schema: its definition, depth, and whether it applies to the same value as the definition. */
interface Position {
  readonly definition: string
  readonly depth: number
  readonly inPlace: boolean
}

class Translation {
  private readonly document: Document
  private readonly root: Placed
  private readonly dialect: SchemaDialect
  private readonly diagnostics: Diagnostic[]
  /** The target of a reference → its name in `$defs`; the root is `''`. */
  private readonly names = new Map<Json, string>()
  private readonly taken = new Set<string>([''])
  private readonly pending: { readonly name: string; readonly target: Placed }[] = []
  /** By definition: those that apply to the same value. */
  private readonly asks = new Map<string, Map<string, Span>>()
  /** The number of visited schemas. */
  size = 0

  constructor(document: Document, root: Placed, dialect: SchemaDialect, diagnostics: Diagnostic[]) {
    this.document = document
    this.root = root
    this.dialect = dialect
    this.diagnostics = diagnostics
  }

  schema(): JsonSchema {
    if (isRecord(this.root.value)) this.names.set(this.root.value, '')
    const schema = this.one(this.root, { definition: '', depth: 0, inPlace: true })
    const definitions: [string, JsonSchema][] = []
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) {
      definitions.push([next.name, this.one(next.target, { definition: next.name, depth: 0, inPlace: true })])
    }
    this.checkCircles()
    if (definitions.length === 0 || typeof schema === 'boolean') return schema
    definitions.sort(([a], [b]) => (a < b ? -1 : 1))
    return { ...schema, $defs: Object.fromEntries(definitions) }
  }

  private fail(span: Span, why: string): true {
    this.diagnostics.push(report(badSchema, span, { why }))
    return true
  }

  private one({ value, place }: Placed, position: Position): JsonSchema {
    this.size += 1
    if (this.size > SIZE_LIMIT || position.depth > DEPTH_LIMIT) return this.tooLarge(position)
    if (typeof value === 'boolean') return value
    if (!isRecord(value)) return this.fail(place, 'a schema is an object, `true` or `false`')
    const draft: Draft = {}
    if (member(value, '$ref') !== undefined) {
      this.reference(value, draft, position)
      if (!this.dialect.refBesideOthers) return draft
    }
    for (const keyword of ['$dynamicRef', '$recursiveRef']) {
      if (member(value, keyword) !== undefined) {
        this.fail(this.document.keyPlace(value, keyword), `\`${keyword}\` is not supported; use \`$ref\``)
      }
    }
    const id = member(value, '$id')
    if (typeof id === 'string' && !id.startsWith('#') && value !== this.document.root) {
      this.fail(this.document.keyPlace(value, '$id'), 'an `$id` within a document is not supported')
    }
    for (const keyword of KEYWORDS.keys()) this.keyword(keyword, value, draft, position)
    this.modernise(value, draft, position)
    return draft
  }

  private tooLarge({ definition }: Position): true {
    if (this.size <= SIZE_LIMIT || this.size === SIZE_LIMIT + 1) {
      const limit =
        this.size > SIZE_LIMIT ? `consists of more than ${SIZE_LIMIT} schemas` : `nests deeper than ${DEPTH_LIMIT} levels`
      const where = definition === '' ? 'this schema' : `\`${definition}\``
      this.diagnostics.push(report(schemaTooLarge, this.root.place, { where, limit }))
    }
    this.size = SIZE_LIMIT + 1
    return true
  }

  private keyword(keyword: string, from: JsonRecord, draft: Draft, { definition, depth, inPlace }: Position): void {
    const value = member(from, keyword)
    const kind = KEYWORDS.get(keyword)
    if (value === undefined || kind === undefined || this.isOlder(keyword, value)) return
    const place = this.document.memberPlace(from, keyword)
    const inner = { definition, depth: depth + 1 }
    switch (kind.holds) {
      case 'value': {
        const problem = kind.problem(value)
        if (problem !== null) this.fail(place, `\`${keyword}\`: ${problem}`)
        else draft[keyword] = value
        return
      }
      case 'schema':
        draft[keyword] = this.one({ value, place }, { ...inner, inPlace: inPlace && kind.inPlace })
        return
      case 'schemas': {
        if (!isList(value) || value.length === 0) this.fail(place, `\`${keyword}\`: it must be a list of at least one schema`)
        else draft[keyword] = this.list(value, { ...inner, inPlace: inPlace && kind.inPlace })
        return
      }
      case 'members': {
        if (!isRecord(value)) {
          this.fail(place, `\`${keyword}\`: it must be an object of schemas`)
          return
        }
        const members = Object.keys(value).map((key): [string, JsonSchema] => {
          const problem = kind.pattern ? patternProblem(key) : null
          if (problem !== null) this.fail(this.document.keyPlace(value, key), `\`${keyword}\`: ${problem}`)
          return [key, this.one(this.memberOf(value, key), { ...inner, inPlace: inPlace && kind.inPlace })]
        })
        draft[keyword] = Object.fromEntries(members)
      }
    }
  }

  private list(value: readonly Json[], position: Position): JsonSchema[] {
    return value.map((one, at) => this.one({ value: one, place: this.document.memberPlace(value, at) }, position))
  }

  private memberOf(container: JsonRecord, key: string): Placed {
    return { value: member(container, key) ?? null, place: this.document.memberPlace(container, key) }
  }

  /** Whether a keyword has an older draft's form, which `modernise` reads. */
  private isOlder(keyword: string, value: Json): boolean {
    const { exclusiveFlags, listOfItems } = this.dialect
    if (keyword === 'exclusiveMinimum' || keyword === 'exclusiveMaximum') return exclusiveFlags && typeof value === 'boolean'
    return keyword === 'items' && listOfItems && isList(value)
  }

  private modernise(from: JsonRecord, draft: Draft, position: Position): void {
    const { exclusiveFlags, listOfItems, dependencies, openapi } = this.dialect
    if (exclusiveFlags) {
      for (const [flag, bound] of [
        ['exclusiveMinimum', 'minimum'],
        ['exclusiveMaximum', 'maximum'],
      ] as const) {
        if (member(from, flag) !== true || draft[bound] === undefined) continue
        draft[flag] = draft[bound]
        delete draft[bound]
      }
    }
    const items = member(from, 'items')
    if (listOfItems && isList(items)) {
      const inner = { ...position, depth: position.depth + 1, inPlace: false }
      if (items.length > 0) draft.prefixItems = this.list(items, inner)
      if (member(from, 'additionalItems') !== undefined) draft.items = this.one(this.memberOf(from, 'additionalItems'), inner)
    }
    if (dependencies) this.dependencies(from, draft, position)
    if (openapi) this.openapi(from, draft)
    if (typeof draft.format === 'string' && !FORMATS.has(draft.format)) delete draft.format
    if (isTexts(draft.required as Json | undefined)) draft.required = [...new Set(draft.required as readonly string[])]
    if (draft.if === undefined || (draft.then === undefined && draft.else === undefined)) {
      for (const keyword of ['if', 'then', 'else']) delete draft[keyword]
    }
    if (draft.contains === undefined) {
      for (const keyword of ['minContains', 'maxContains']) delete draft[keyword]
    }
  }

  /** Splits the old keyword for dependent names and dependent schemas. */
  private dependencies(from: JsonRecord, draft: Draft, position: Position): void {
    const value = member(from, 'dependencies')
    if (value === undefined) return
    if (!isRecord(value)) {
      this.fail(this.document.memberPlace(from, 'dependencies'), '`dependencies`: it must be an object')
      return
    }
    const inner = { ...position, depth: position.depth + 1 }
    for (const key of Object.keys(value)) {
      const one = this.memberOf(value, key)
      const [keyword, translated] = isTexts(one.value)
        ? ['dependentRequired', one.value]
        : ['dependentSchemas', this.one(one, inner)]
      draft[keyword as string] = { ...(draft[keyword as string] as object | undefined), [key]: translated }
    }
  }

  private openapi(from: JsonRecord, draft: Draft): void {
    // It only matters beside a `type`, and an `enum` must list `null` itself (OpenAPI 3.0.3).
    if (member(from, 'nullable') === true && typeof draft.type === 'string') draft.type = [draft.type, 'null']
    const properties = member(from, 'properties')
    if (!isTexts(draft.required as Json | undefined) || !isRecord(properties)) return
    const required = (draft.required as readonly string[]).filter((name) => {
      const property = member(properties, name)
      return !isRecord(property) || member(property, 'readOnly') !== true
    })
    if (required.length === 0) delete draft.required
    else draft.required = required
  }

  private reference(from: JsonRecord, draft: Draft, { definition, inPlace }: Position): void {
    const reference = member(from, '$ref')
    const place = this.document.memberPlace(from, '$ref')
    if (typeof reference !== 'string') {
      this.fail(place, '`$ref`: it must be a string')
      return
    }
    const found = resolveReference(this.document, reference)
    if (!found.ok) {
      this.fail(place, found.why)
      return
    }
    const name = this.nameOf(found.value, reference, found.place)
    draft.$ref = name === '' ? '#' : `#/$defs/${name}`
    if (!inPlace) return
    const asks = this.asks.get(definition) ?? new Map<string, Span>()
    this.asks.set(definition, asks.set(name, place))
  }

  private nameOf(
    target: Json,
    reference: string,
    at: { readonly container: Json; readonly key: string | number } | null,
  ): string {
    const known = isRecord(target) ? this.names.get(target) : undefined
    if (known !== undefined) return known
    const last = reference.slice(Math.max(reference.lastIndexOf('/'), reference.lastIndexOf('#')) + 1)
    const plain = last.replace(/[^A-Za-z0-9_.-]/g, '_') || 'root'
    let name = plain
    for (let number = 2; this.taken.has(name); number += 1) name = `${plain}_${number}`
    this.taken.add(name)
    if (isRecord(target)) this.names.set(target, name)
    const place = at === null ? this.document.placeOf(target) : this.document.memberPlace(at.container, at.key)
    this.pending.push({ name, target: { value: target, place } })
    return name
  }

  /** Reports schemas that apply themselves to the same value. */
  private checkCircles(): void {
    dependenciesFirst(
      [...this.asks.keys()].sort(),
      (name) => [...(this.asks.get(name)?.keys() ?? [])].sort(),
      (cycle, closing) => {
        const place = this.asks.get(closing)?.get(cycle[0] as string) ?? this.root.place
        this.fail(place, 'it refers to itself for the same value')
      },
    )
  }
}
