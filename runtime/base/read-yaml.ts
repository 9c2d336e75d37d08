import {
  type Document,
  isMap,
  isNode,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  type ParsedNode,
  Parser,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import type { ConfigPath, ConfigPosition } from './config-error.ts'

/** Data of a YAML file, and the positions of its values for error messages. */
export interface YamlText {
  readonly data: unknown
  /**
   * Returns the position of the value at a path; for a member of a map, the position of its key. If the value is missing, returns
   * the position of its nearest parent that is present.
   */
  place(path: ConfigPath): ConfigPosition
  /** Returns the position of the value at a path itself, rather than of its key. */
  valuePlace(path: ConfigPath): ConfigPosition
}

export interface YamlProblem extends ConfigPosition {
  readonly message: string
}

export type YamlResult =
  | { readonly yaml: YamlText; readonly problems: readonly YamlProblem[] }
  /** The text is invalid. */
  | { readonly yaml: null; readonly problems: readonly YamlProblem[] }

const MAX_LENGTH = 1_000_000
/** Maximum levels of lists and objects: more than a file needs, and fewer than the stack holds. */
const MAX_DEPTH = 500

/**
 * Parses the YAML 1.2 core schema. Refuses features that hide meaning: aliases (which also expand to huge data), merge keys,
 * tags, and several documents.
 */
export function readYaml(text: string): YamlResult {
  if (text.length > MAX_LENGTH)
    return { yaml: null, problems: [{ line: 1, column: 1, message: 'the file is longer than 1 MB, the limit: shorten it' }] }
  if (nestsTooDeep(text))
    return {
      yaml: null,
      problems: [{ line: 1, column: 1, message: `lists and objects nest more than ${MAX_DEPTH} deep: remove levels` }],
    }
  const lines = new LineCounter()
  const placeOf = (offset: number): ConfigPosition => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const document = parseDocument<ParsedNode>(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    strict: true,
    stringKeys: true,
    prettyErrors: false,
    lineCounter: lines,
  })
  const problems: YamlProblem[] = []
  let fatal = false
  for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
    fatal ||= code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED'
    problems.push({ ...placeOf(pos[0]), message: wording[code] ?? `this is not YAML: ${plain(message)}` })
  }
  if (fatal) return { yaml: null, problems: problems.slice(0, 1) }
  let aliases = false
  visit(document, {
    Alias(_, node) {
      aliases = true
      problems.push({
        ...placeOf(node.range?.[0] ?? 0),
        message: 'an alias (`*name`) is not allowed here: write the value again',
      })
    },
  })
  if (aliases) return { yaml: null, problems }
  const data: unknown = document.toJS()
  const place = (path: ConfigPath, ofValue: boolean): ConfigPosition => placeOf(offsetOf(document, path, ofValue))
  return { yaml: { data, place: (path) => place(path, false), valuePlace: (path) => place(path, true) }, problems }
}

/**
 * Returns whether lists and objects nest deeper than the limit, without recursion. `parseDocument` recurses into them: if
 * that exhausts the stack, V8 may abort the process instead of throwing, as it then fails to compile a regular expression.
 */
export function nestsTooDeep(text: string): boolean {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    Array.from(parser.next(lexeme))
    // Besides the open collections, the stack holds the document and perhaps a scalar.
    if (parser.stack.length > MAX_DEPTH + 2) return true
  }
  return false
}

const wording: Readonly<Partial<Record<string, string>>> = {
  DUPLICATE_KEY: 'this key is repeated',
  TAG_RESOLVE_FAILED: 'a tag (`!name`) is not allowed here',
  MULTIPLE_DOCS: 'a file must have one document: there is a second one after `---`',
  TAB_AS_INDENT: 'indent with spaces, not with a tab',
  NON_STRING_KEY: 'a key must be a string: put it in quotes',
}

function plain(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1).replace(/\.$/, '')
}

function offsetOf(document: Document.Parsed, path: ConfigPath, ofValue: boolean): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(step))
      if (pair === undefined) break
      const key = startOf(pair.key)
      node = pair.value
      offset = (ofValue && depth === path.length - 1 ? startOf(node) : undefined) ?? key ?? offset
    } else {
      const item = (node as { items?: readonly unknown[] } | null)?.items?.[Number(step)]
      if (item === undefined) break
      node = item
      offset = startOf(node) ?? offset
    }
  }
  return offset
}

const known = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>()

/** Returns the pairs of a map by their keys; of those with the same key, the first. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const before = known.get(map)
  if (before !== undefined) return before
  const pairs = new Map<string, Pair>()
  for (const pair of map.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : null
    if (key !== null && !pairs.has(key)) pairs.set(key, pair)
  }
  known.set(map, pairs)
  return pairs
}

/** Returns the offset of a node, or undefined for the value of a bare key. */
function startOf(node: unknown): number | undefined {
  if (!isNode(node)) return undefined
  const [start, end] = (node as Node).range ?? []
  return start === end ? undefined : start
}
