import { isList, isRecord, type Json, type JsonRecord, member } from '../document.ts'
import { resolveReference } from '../resolve-reference.ts'
import type { OpenapiReader } from './reader.ts'

/** The maximum number of names, and of schemas, that are read from one operation of an OpenAPI document. */
export const MOST_NAMES = 2000

/** The maximum number of steps, as aliases and references can expand a small document. */
const MOST_STEPS = 3 * MOST_NAMES

/** A part of a schema: a property, or an unnamed inner schema. */
interface Inner {
  readonly name: string | null
  readonly schema: JsonRecord | null
}

/** Collects the property names in operations' request and response bodies. Each part of a shared schema is read once. */
export class BodyNames {
  readonly #reader: OpenapiReader
  readonly #read = new Map<Json, readonly Inner[]>()

  constructor(reader: OpenapiReader) {
    this.#reader = reader
  }

  /** Returns the property names in an operation's bodies, at any depth, in document order. */
  of(operation: JsonRecord): readonly string[] {
    const names = new Set<string>()
    const seen = new Set<JsonRecord>()
    let steps = 0
    const isFull = (): boolean => steps >= MOST_STEPS || names.size >= MOST_NAMES
    const look = (schema: JsonRecord | null): void => {
      if (schema === null || seen.has(schema) || seen.size >= MOST_NAMES) return
      seen.add(schema)
      for (const part of this.#partsOf(schema)) {
        for (const { name, schema: inner } of part) {
          if (isFull()) return
          steps++
          if (name !== null) names.add(name)
          look(inner)
        }
      }
    }
    for (const body of bodiesOf(this.#reader, operation)) {
      const content = isRecord(body) ? member(body, 'content') : undefined
      for (const media of isRecord(content) ? Object.values(content) : []) {
        if (isFull()) return [...names]
        steps++
        if (isRecord(media)) look(this.#schema(member(media, 'schema')))
      }
    }
    return [...names]
  }

  #partsOf(schema: JsonRecord): readonly (readonly Inner[])[] {
    const ofOne = ['items', 'additionalProperties'].map((key) => this.#schema(member(schema, key)))
    return [
      this.#properties(member(schema, 'properties')),
      ofOne.map((inner) => ({ name: null, schema: inner })),
      ...['allOf', 'anyOf', 'oneOf', 'prefixItems'].map((key) => this.#elements(member(schema, key))),
    ]
  }

  #properties(value: Json | undefined): readonly Inner[] {
    if (!isRecord(value)) return []
    return this.#once(value, () =>
      Object.entries(value)
        .slice(0, MOST_NAMES)
        .map(([name, inner]) => ({ name, schema: this.#schema(inner) })),
    )
  }

  #elements(value: Json | undefined): readonly Inner[] {
    if (!isList(value)) return []
    return this.#once(value, () => value.slice(0, MOST_NAMES).map((inner) => ({ name: null, schema: this.#schema(inner) })))
  }

  #once(value: Json, read: () => readonly Inner[]): readonly Inner[] {
    const found = this.#read.get(value) ?? read()
    this.#read.set(value, found)
    return found
  }

  #schema(value: Json | undefined): JsonRecord | null {
    const schema = followed(this.#reader, value)
    return isRecord(schema) ? schema : null
  }
}

function bodiesOf(reader: OpenapiReader, operation: JsonRecord): readonly (Json | undefined)[] {
  const responses = followed(reader, member(operation, 'responses'))
  // Error responses say nothing about the operation's purpose.
  const answers = isRecord(responses) ? Object.entries(responses).filter(([status]) => /^(?:2|default)/.test(status)) : []
  return [member(operation, 'requestBody'), ...answers.map(([, answer]) => answer)].map((one) => followed(reader, one))
}

/** Follows `$ref`s from a value and returns the target; undefined if one leads nowhere, which the import reports. */
export function followed({ document }: OpenapiReader, value: Json | undefined): Json | undefined {
  let found = value
  for (let steps = 0; steps < 50 && isRecord(found); steps++) {
    const reference = member(found, '$ref')
    if (typeof reference !== 'string') return found
    const resolved = resolveReference(document, reference)
    found = resolved.ok ? resolved.value : undefined
  }
  return found
}
