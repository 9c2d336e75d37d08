/** JSON and YAML documents of a policy, with the spans of their parts. */
import { isAlias, isMap, isScalar, isSeq, Lexer, Parser, parseDocument } from 'yaml'
import { badDocument } from '../diagnostics/catalogue/documents.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import type { Source, Span } from '../source.ts'

export type Json = null | boolean | number | string | readonly Json[] | JsonRecord
export interface JsonRecord {
  readonly [key: string]: Json
}

export interface Document {
  readonly source: Source
  readonly root: Json
  /** Returns the span of an object or array. Scalars have no identity, so their span is the document's start. */
  placeOf(value: Json): Span
  /** Returns the span of an object's member or an array's element. */
  memberPlace(container: Json, key: string | number): Span
  /** Returns the span of a member's key. */
  keyPlace(container: Json, key: string): Span
}

export function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** Returns an own member, so that keys such as `constructor` are not inherited. */
export function member(record: JsonRecord, key: string): Json | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

/** Parses strict JSON if the name ends in `.json`, else YAML 1.2 with JSON values. Reports the first mistake and returns null. */
export function readDocument(source: Source, diagnostics: Diagnostic[]): Document | null {
  try {
    if (source.name.endsWith('.json')) requireJson(source.text)
    if (nestsTooDeep(source.text)) throw new Mistake('it nests too deep', [0, 0])
    // Duplicate keys are found here, as the parser compares all pairs.
    const options = { version: '1.2', schema: 'core', merge: false, uniqueKeys: false, prettyErrors: false } as const
    const tree = parseDocument(source.text, options)
    const [first] = tree.errors
    if (first !== undefined) throw new Mistake(first.message.replace(/[`\s]+/g, ' ').replace(/[.!]$/, ''), first.pos)
    return new Conversion(source).document(tree.contents)
  } catch (error) {
    // A parser that collects its errors throws nothing but this.
    const mistake = error instanceof RangeError ? new Mistake('it nests too deep', [0, 0]) : error
    if (!(mistake instanceof Mistake)) throw error
    const [start, end] = mistake.range.map((offset) => Math.min(offset, source.text.length)) as [number, number]
    diagnostics.push(report(badDocument, { source, start, end }, { file: source.name, why: mistake.message }))
    return null
  }
}

type Range = readonly [start: number, end: number, ...more: number[]]

class Mistake extends Error {
  readonly range: Range
  constructor(message: string, range: Range) {
    super(message)
    this.range = range
  }
}

/** The YAML parser accepts more than JSON, so files named `.json` are checked to be strict JSON. */
function requireJson(text: string): void {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    // The place is in the message alone, and not in every engine's.
    const at = Number(/position (\d+)/.exec(String(error))?.[1] ?? 0)
    throw new Mistake('it is not JSON', [at, at + 1])
  }
}

/** Maximum levels of a document: more than one needs, and fewer than the stack holds. Aliases can make a value deeper. */
export const DOCUMENT_DEPTH_LIMIT = 500

/**
 * Returns whether collections nest deeper than the limit, without recursion. `parseDocument` recurses into them: if that
 * exhausts the stack, V8 may abort the process instead of throwing, as it then fails to compile a regular expression.
 */
function nestsTooDeep(text: string): boolean {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    Array.from(parser.next(lexeme))
    // Besides the open collections, the stack holds the document and perhaps a scalar.
    if (parser.stack.length > DOCUMENT_DEPTH_LIMIT + 2) return true
  }
  return false
}

interface Places {
  readonly whole: Span
  readonly keys: Map<string | number, Span>
  readonly values: Map<string | number, Span>
}

class Conversion {
  private readonly source: Source
  private readonly places = new Map<object, Places>()
  private readonly anchors = new Map<string, Json>()

  constructor(source: Source) {
    this.source = source
  }

  document(contents: unknown): Document {
    const root = this.value(contents, 0)
    const { source, places } = this
    const nowhere: Span = { source, start: 0, end: 0 }
    const of = (value: Json): Places | undefined => (typeof value === 'object' && value !== null ? places.get(value) : undefined)
    return {
      source,
      root,
      placeOf: (value) => of(value)?.whole ?? nowhere,
      memberPlace: (container, key) => of(container)?.values.get(key) ?? of(container)?.whole ?? nowhere,
      keyPlace: (container, key) => of(container)?.keys.get(key) ?? of(container)?.whole ?? nowhere,
    }
  }

  private value(node: unknown, depth: number): Json {
    if (node === null || node === undefined) return null
    if (depth > DOCUMENT_DEPTH_LIMIT) throw new Mistake('it nests too deep', rangeOf(node))
    // An anchor is known once all of its node is read, so that nothing holds itself.
    if (isAlias(node)) {
      const found = this.anchors.get(node.source)
      if (found === undefined) throw new Mistake(`the alias *${node.source} has no anchor before it`, rangeOf(node))
      return found
    }
    const value = this.bare(node, depth)
    const anchor = (node as { readonly anchor?: unknown }).anchor
    if (typeof anchor === 'string') this.anchors.set(anchor, value)
    return value
  }

  private bare(node: unknown, depth: number): Json {
    if (isScalar(node)) {
      const { value } = node
      if (typeof value === 'string') return wellFormed(value, node)
      if (value === null || typeof value === 'boolean') return value
      if (typeof value === 'number' && Number.isFinite(value)) return value
      throw new Mistake('JSON has no such value', rangeOf(node))
    }
    const places: Places = { whole: this.span(node), keys: new Map(), values: new Map() }
    if (isSeq(node)) {
      const list = node.items.map((item, at) => {
        places.values.set(at, this.span(item))
        return this.value(item, depth + 1)
      })
      this.places.set(list, places)
      return list
    }
    if (!isMap(node)) throw new Mistake('JSON has no such value', rangeOf(node))
    const entries: [string, Json][] = []
    for (const { key, value } of node.items) {
      if (!isScalar(key)) throw new Mistake('a key of an object is a text', rangeOf(key ?? node))
      // `200:` is a number in YAML, but meant as a string key, such as a status in OpenAPI.
      const name = wellFormed(typeof key.value === 'string' ? key.value : (key.source ?? String(key.value)), key)
      if (places.keys.has(name)) throw new Mistake('this key stands twice in its object', rangeOf(key))
      places.keys.set(name, this.span(key))
      places.values.set(name, value === null ? this.span(key) : this.span(value))
      entries.push([name, this.value(value, depth + 1)])
    }
    // Makes `__proto__` an ordinary key, too.
    const record = Object.fromEntries(entries)
    this.places.set(record, places)
    return record
  }

  private span(node: unknown): Span {
    const [start, end] = rangeOf(node)
    return { source: this.source, start, end }
  }
}

/** JSON can escape half of a surrogate pair. UTF-8 cannot encode it, so no text of a request equals it. */
function wellFormed(text: string, node: unknown): string {
  if (!text.isWellFormed()) throw new Mistake('a text has half of a surrogate pair', rangeOf(node))
  return text
}

function rangeOf(node: unknown): Range {
  return (node as { readonly range?: Range | null } | null)?.range ?? [0, 0]
}
