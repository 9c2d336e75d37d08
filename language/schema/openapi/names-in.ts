import { isList, isRecord, type Json, type JsonRecord, member } from '../document.ts'
import { resolveReference } from '../resolve-reference.ts'
import type { OpenapiReader } from './reader.ts'

/** Schemas of one operation that are looked at: those beyond say nothing new. */
const MOST = 2000

/** Names of what is in the bodies that an operation takes and answers, however far in, in the order of the document. */
export function namesIn(reader: OpenapiReader, operation: JsonRecord): readonly string[] {
  const names = new Set<string>()
  const seen = new Set<Json>()
  const look = (value: Json | undefined): void => {
    const schema = followed(reader, value)
    if (!isRecord(schema) || seen.has(schema) || seen.size >= MOST) return
    seen.add(schema)
    const properties = member(schema, 'properties')
    for (const [name, inner] of isRecord(properties) ? Object.entries(properties) : []) {
      names.add(name)
      look(inner)
    }
    for (const key of ['items', 'additionalProperties']) look(member(schema, key))
    for (const key of ['allOf', 'anyOf', 'oneOf', 'prefixItems']) {
      const list = member(schema, key)
      for (const one of isList(list) ? list : []) look(one)
    }
  }
  for (const body of bodiesOf(reader, operation)) {
    const content = isRecord(body) ? member(body, 'content') : undefined
    for (const media of isRecord(content) ? Object.values(content) : []) if (isRecord(media)) look(member(media, 'schema'))
  }
  return [...names]
}

function bodiesOf(reader: OpenapiReader, operation: JsonRecord): readonly (Json | undefined)[] {
  const responses = followed(reader, member(operation, 'responses'))
  // What says why something was refused says nothing of what the operation is for.
  const answers = isRecord(responses) ? Object.entries(responses).filter(([status]) => /^(?:2|default)/.test(status)) : []
  return [member(operation, 'requestBody'), ...answers.map(([, answer]) => answer)].map((one) => followed(reader, one))
}

/** Where nothing can be found, there is nothing: whoever imports the document is told. */
function followed({ document }: OpenapiReader, value: Json | undefined): Json | undefined {
  let found = value
  for (let steps = 0; steps < 50 && isRecord(found); steps++) {
    const reference = member(found, '$ref')
    if (typeof reference !== 'string') return found
    const resolved = resolveReference(document, reference)
    found = resolved.ok ? resolved.value : undefined
  }
  return found
}
