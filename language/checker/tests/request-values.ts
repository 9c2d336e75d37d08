/** Reads the documents that the parts of a request name, so that all values are as if the test wrote them. */
import { badDocumentValue } from '../../diagnostics/catalogue/documents.ts'
import { documentPath } from '../../diagnostics/catalogue/names.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import { DOCUMENT_DEPTH_LIMIT, type Document, isList, isRecord, type Json } from '../../schema/document.ts'
import { resolveReference } from '../../schema/resolve-reference.ts'
import type { Span } from '../../source.ts'
import type { File, JsonFile, JsonNode, JsonObject, Name, Placeholder, RequestParts, Text } from '../../syntax/ast.ts'
import type { Documents } from '../routes/route-world.ts'

/** The parts of a request, without references to documents. */
export interface RequestValues extends Omit<RequestParts, 'caller' | 'body' | 'data'> {
  readonly caller: { readonly identity: Name | Placeholder; readonly claims: JsonObject | Placeholder } | 'anonymous' | null
  readonly body: JsonNode | Text | null
  readonly data: readonly { readonly name: Name; readonly value: JsonNode | null }[]
}

/** Returns the parts of a request with the values of their documents; null if a mistake was reported. */
export function readValues(
  parts: RequestParts,
  file: File,
  documents: Documents,
  diagnostics: Diagnostic[],
): RequestValues | null {
  const before = diagnostics.length
  const read = <T extends { readonly kind: string }>(node: T | JsonFile): T | JsonNode | null =>
    node.kind === 'JsonFile' ? readPart(node as JsonFile, file, documents, diagnostics) : (node as T)
  const caller =
    typeof parts.caller === 'string'
      ? parts.caller
      : parts.caller && callerOf(parts.caller.identity, read(parts.caller.claims), diagnostics)
  const body = parts.body && read(parts.body)
  const data = parts.data.map(({ name, value }) => ({ name, value: value && read(value) }))
  return diagnostics.length > before ? null : { ...parts, caller, body, data }
}

function callerOf(
  identity: Name | Placeholder,
  claims: JsonNode | null,
  diagnostics: Diagnostic[],
): Exclude<RequestValues['caller'], 'anonymous'> {
  if (claims === null) return null
  if (claims.kind === 'JsonObject' || claims.kind === 'Placeholder') return { identity, claims }
  const found = claims.kind === 'JsonArray' ? 'a list' : `\`${JSON.stringify(claims.value)}\``
  const why = `the claims of a caller must be an object, not ${found}`
  diagnostics.push(report(badDocumentValue, claims.span, { file: claims.span.source.name, why }))
  return null
}

/** Returns a document, or its part after `#`, as a node; null if a mistake was reported. */
function readPart({ from }: JsonFile, file: File, documents: Documents, diagnostics: Diagnostic[]): JsonNode | null {
  const [path = '', ...fragment] = from.value.split('#')
  if (path === '' && fragment.length > 0) {
    const why = 'the path of a document must stand before `#`'
    diagnostics.push(report(documentPath, from.span, { file: from.value, why, hasDocument: false }))
    return null
  }
  const document = documents.named(file, { ...from, value: path })
  if (document === null) return null
  const found = resolveReference(document, `#${fragment.join('#')}`)
  if (!found.ok) {
    diagnostics.push(report(documentPath, from.span, { file: from.value, why: found.why, hasDocument: true }))
    return null
  }
  const { value, place } = found
  const span = place === null ? document.placeOf(value) : document.memberPlace(place.container, place.key)
  const why = excessOf(value)
  if (why === null) return nodeOf(document, value, span)
  diagnostics.push(report(badDocumentValue, span, { file: document.source.name, why }))
  return null
}

/** As many values as a test may take of a document: a few lines of YAML can stand for billions, with aliases of aliases. */
const SIZE_LIMIT = 100_000

/** Returns the limit that a value exceeds, what its aliases repeat counted each time; null if it exceeds none. */
function excessOf(value: Json): string | null {
  let size = 1
  let level: readonly Json[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DOCUMENT_DEPTH_LIMIT) return `it nests deeper than ${DOCUMENT_DEPTH_LIMIT} levels`
    const next: Json[] = []
    for (const one of level) {
      for (const child of isList(one) || isRecord(one) ? Object.values(one) : []) {
        size += 1
        if (size > SIZE_LIMIT) return `it consists of more than ${SIZE_LIMIT.toLocaleString('en')} values`
        next.push(child)
      }
    }
    level = next
  }
  return null
}

function nodeOf(document: Document, value: Json, span: Span): JsonNode {
  if (isList(value)) {
    const elements = value.map((element, at) => nodeOf(document, element, document.memberPlace(value, at)))
    return { kind: 'JsonArray', elements, span }
  }
  if (!isRecord(value)) return { kind: 'JsonScalar', value, span }
  const members = Object.entries(value).map(([key, one]) => ({
    key: { kind: 'Text' as const, value: key, span: document.keyPlace(value, key) },
    value: nodeOf(document, one, document.memberPlace(value, key)),
  }))
  return { kind: 'JsonObject', members, span }
}
