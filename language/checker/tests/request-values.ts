/** Reads the documents that the parts of a request name, so that all values are as if the test wrote them. */
import { badDocument } from '../../diagnostics/catalogue/documents.ts'
import { documentPath } from '../../diagnostics/catalogue/names.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import { type Document, isList, isRecord, type Json } from '../../schema/document.ts'
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
  const file = claims.span.source.name
  diagnostics.push(report(badDocument, claims.span, { file, why: 'the claims of a caller must be an object' }))
  return null
}

/** Returns a document, or its part after `#`, as a node; null if a mistake was reported. */
function readPart({ from }: JsonFile, file: File, documents: Documents, diagnostics: Diagnostic[]): JsonNode | null {
  const [path = '', ...fragment] = from.value.split('#')
  const document = documents.named(file, { ...from, value: path })
  if (document === null) return null
  const found = resolveReference(document, `#${fragment.join('#')}`)
  if (!found.ok) {
    diagnostics.push(report(documentPath, from.span, { file: from.value, why: found.why }))
    return null
  }
  const { value, place } = found
  return nodeOf(document, value, place === null ? document.placeOf(value) : document.memberPlace(place.container, place.key))
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
