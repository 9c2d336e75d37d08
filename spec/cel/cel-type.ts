/** Types of CEL: as the suites write them, in JSON or as text, and as ours. */
import type { Type } from '../../language/index.ts'

/** `map(string, int)`: a name and what stands behind it. A message is named in full, and has a dot. */
export interface CelType {
  readonly name: string
  readonly of: readonly CelType[]
}

/** Of `cel.expr.Type` as JSON: `{ primitive: "INT64" }`, … */
export type CelTypeJson = Readonly<Record<string, unknown>>

const PRIMITIVES: Readonly<Record<string, string>> = { INT64: 'int', UINT64: 'uint' }

export function typeOfJson(json: CelTypeJson): CelType {
  const [[kind, inner] = ['', undefined]] = Object.entries(json)
  switch (kind) {
    case 'primitive':
      return primitive(inner as string)
    case 'wellKnown':
      return plain((inner as string).toLowerCase())
    case 'wrapper':
      return { name: 'wrapper', of: [primitive(inner as string)] }
    case 'listType':
      return { name: 'list', of: [typeOfJson((inner as { elemType: CelTypeJson }).elemType)] }
    case 'mapType': {
      const { keyType, valueType } = inner as { keyType: CelTypeJson; valueType: CelTypeJson }
      return { name: 'map', of: [typeOfJson(keyType), typeOfJson(valueType)] }
    }
    case 'abstractType': {
      const { name, parameterTypes = [] } = inner as { name: string; parameterTypes?: readonly CelTypeJson[] }
      return { name, of: parameterTypes.map(typeOfJson) }
    }
    case 'messageType': {
      // The two that are times by any name.
      const [, time] = /^google\.protobuf\.(Timestamp|Duration)$/.exec(inner as string) ?? []
      return plain(time?.toLowerCase() ?? (inner as string))
    }
    case 'typeParam':
      // What nothing tells is anything.
      return plain('dyn')
    case 'dyn':
    case 'null':
    case 'type':
      return plain(kind)
    default:
      throw new Error(`a type of kind ${kind}`)
  }
}

function primitive(name: string): CelType {
  return plain(PRIMITIVES[name] ?? name.toLowerCase())
}

function plain(name: string): CelType {
  return { name, of: [] }
}

const SCALARS = ['bool', 'int', 'double', 'string', 'timestamp', 'duration'] as const

/** Null where the language has no such type. */
export function ourType({ name, of }: CelType): Type | null {
  const scalar = SCALARS.find((one) => one === name)
  if (scalar !== undefined) return { kind: scalar }
  const inner = of.map(ourType)
  const last = inner.at(-1)
  if (!last || inner.includes(null)) return null
  switch (name) {
    case 'list':
      return { kind: 'list', element: last }
    case 'map':
      return of[0]?.name === 'string' ? { kind: 'map', value: last } : null
    case 'optional_type':
      return { kind: 'optional', value: last }
    default:
      return null
  }
}

/** A type of ours as the suites write it: a union of texts is a string there. */
export function showOurType(type: Type): string {
  switch (type.kind) {
    case 'literals':
      return 'string'
    case 'list':
      return `list(${showOurType(type.element)})`
    case 'map':
      return `map(string, ${showOurType(type.value)})`
    case 'optional':
      return `optional_type(${showOurType(type.value)})`
    default:
      return type.kind
  }
}

export function showCelType({ name, of }: CelType): string {
  return of.length === 0 ? name : `${name}(${of.map(showCelType).join(', ')})`
}

/** The type, and all that it holds. */
export function* typesWithin(type: CelType): Iterable<CelType> {
  yield type
  for (const inner of type.of) yield* typesWithin(inner)
}
