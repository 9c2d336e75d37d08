import { isMap, isNode, isPair, isScalar, isSeq, type Node, parseDocument } from 'yaml'
import type { Source, Span } from '../../language/index.ts'
import { nestsTooDeep } from '../../runtime/base/read-yaml.ts'
import { rootSchema, type Schema, schemaOf } from './schema.ts'

/** A value of a configuration, also of one that is broken or half-typed. */
export interface ConfigNode {
  readonly kind: 'map' | 'list' | 'scalar' | 'empty'
  /** Names and indices that lead to the value. */
  readonly path: readonly (string | number)[]
  /** Null for what the schema does not know. */
  readonly schema: Schema | null
  /** The key without quotes; null for elements of lists and the root. */
  readonly key: Span | null
  /** The value: of a scalar without quotes, of a block from its first key to its last value. */
  readonly value: Span
  /** The text of a scalar; else empty. */
  readonly text: string
  /** Whether it is written in brackets. */
  readonly isFlow: boolean
  readonly children: readonly ConfigNode[]
}

/** Maximum levels of a tree; what is deeper is left out. The schema has no more than eight. */
const MOST_LEVELS = 50
const MOST_LENGTH = 1_000_000

/** Parses as much of a text as can be read. */
export function parseConfig(source: Source): ConfigNode {
  const { text } = source
  const isReadable = text.length <= MOST_LENGTH && !nestsTooDeep(text)
  const options = { version: '1.2', schema: 'core', strict: false, uniqueKeys: false, prettyErrors: false } as const
  const document = isReadable ? parseDocument(text, { ...options, logLevel: 'silent' }) : null
  return new Builder(source).node(document?.contents, { path: [], key: null, schema: rootSchema })
}

type Place = Pick<ConfigNode, 'path' | 'key' | 'schema'>

class Builder {
  readonly #source: Source

  constructor(source: Source) {
    this.#source = source
  }

  node(node: unknown, place: Place): ConfigNode {
    const isFlow = isNode(node) && 'flow' in node && node.flow === true
    if (place.path.length < MOST_LEVELS && isMap(node)) {
      const children = node.items.flatMap((pair) => (isPair(pair) ? this.#member(pair.key, pair.value, place) : []))
      return this.#collection('map', node, { ...place, isFlow, children })
    }
    if (place.path.length < MOST_LEVELS && isSeq(node)) {
      const children = node.items.map((item, at) => this.node(item, this.#below(place, at, null)))
      return this.#collection('list', node, { ...place, isFlow, children })
    }
    const span = this.#span(node) ?? this.#after(place.key)
    const hasText = isScalar(node) && span.end > span.start
    const text = hasText ? this.#source.text.slice(span.start, span.end) : ''
    return { kind: hasText ? 'scalar' : 'empty', ...place, value: span, text, isFlow: false, children: [] }
  }

  #member(key: unknown, value: unknown, place: Place): ConfigNode[] {
    const span = this.#span(key)
    if (!isScalar(key) || span === null || typeof key.value === 'symbol') return []
    return [this.node(value, this.#below(place, String(key.value), span))]
  }

  #below({ path, schema }: Place, step: string | number, key: Span | null): Place {
    return { path: [...path, step], key, schema: schemaOf(schema, step) }
  }

  /** The range of a block in brackets is its own; that of another goes on to the next line. */
  #collection(kind: 'map' | 'list', node: Node, rest: Place & Pick<ConfigNode, 'isFlow' | 'children'>): ConfigNode {
    const own = this.#span(node) ?? this.#after(rest.key)
    const last = rest.children.at(-1)
    const end = rest.isFlow || last === undefined ? own.end : Math.max(last.value.end, last.key?.end ?? 0)
    return { kind, ...rest, value: { ...own, end: Math.max(own.start, end) }, text: '' }
  }

  /** Quotes are no part of a scalar. */
  #span(node: unknown): Span | null {
    const range = isNode(node) ? node.range : null
    if (!isNode(node) || range === null || range === undefined) return null
    const [start, end] = range
    const isQuoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') && end - start > 1
    return { source: this.#source, start: isQuoted ? start + 1 : start, end: isQuoted ? end - 1 : end }
  }

  #after(key: Span | null): Span {
    const at = key?.end ?? 0
    return { source: this.#source, start: at, end: at }
  }
}

/** Returns all nodes, each before those in it. */
export function* nodesOf(node: ConfigNode): Iterable<ConfigNode> {
  yield node
  for (const child of node.children) yield* nodesOf(child)
}

/** Returns the node whose key or scalar is at an offset; its end counts as inside. */
export function nodeAt(root: ConfigNode, offset: number): ConfigNode | null {
  const touches = ({ start, end }: Span) => start <= offset && offset <= end
  for (const node of nodesOf(root))
    if ((node.key !== null && touches(node.key)) || (node.kind === 'scalar' && touches(node.value))) return node
  return null
}

/** Returns the span of a key and its value. */
export function wholeOf({ key, value }: ConfigNode): Span {
  return key === null ? value : { ...value, start: key.start, end: Math.max(key.end, value.end) }
}
