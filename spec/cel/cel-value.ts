/** Values and types of the suites in our terms. */
import type { Type } from '../../language/index.ts'
import type { CelType, CelValue } from './suites.ts'

/** As conditions hold them; what is bound in cases in scope has one form for compiled code and interpreter. */
export type Bound = boolean | number | bigint | string | readonly Bound[] | ReadonlyMap<string, Bound>

export function valueOf(json: CelValue): Bound {
  const [[kind, value] = ['', undefined]] = Object.entries(json)
  switch (kind) {
    case 'boolValue':
      return value as boolean
    case 'int64Value':
      return Number(value)
    case 'doubleValue':
      return Number(value)
    case 'stringValue':
      return value as string
    case 'listValue':
      return ((value as { values?: readonly CelValue[] }).values ?? []).map(valueOf)
    case 'mapValue': {
      const { entries = [] } = value as { entries?: readonly { key: CelValue; value: CelValue }[] }
      return new Map(entries.map((entry) => [valueOf(entry.key) as string, valueOf(entry.value)]))
    }
    case 'objectValue':
      return timeOf(value as Readonly<Record<string, string>>)
    default:
      throw new Error(`a value of kind ${kind} is out of scope`)
  }
}

/** Nanoseconds. As JSON a `Timestamp` is RFC 3339 and a `Duration` decimal seconds (ProtoJSON). */
function timeOf(message: Readonly<Record<string, string>>): bigint {
  const text = message['value'] as string
  if (message['@type']?.endsWith('.Duration')) return decimal(text.replace(/s$/, ''))
  const [, moment, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(text) as unknown as [string, string, string | undefined]
  return BigInt(Date.parse(`${moment}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

function decimal(text: string): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) as unknown as string[]
  const size = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
  return sign === '-' ? -size : size
}

/** Null where the language has no such type. */
export function typeOf(json: CelType): Type | null {
  const [[kind, value] = ['', undefined]] = Object.entries(json) as [string, never][]
  switch (kind) {
    case 'primitive':
      return (
        ({ BOOL: { kind: 'bool' }, INT64: { kind: 'int' }, DOUBLE: { kind: 'double' }, STRING: { kind: 'string' } } as const)[
          value as 'BOOL'
        ] ?? null
      )
    case 'wellKnown':
      return ({ TIMESTAMP: { kind: 'timestamp' }, DURATION: { kind: 'duration' } } as const)[value as 'DURATION'] ?? null
    case 'listType': {
      const element = typeOf((value as { elemType: CelType }).elemType)
      return element && { kind: 'list', element }
    }
    case 'mapType': {
      const element = typeOf((value as { valueType: CelType }).valueType)
      return element && { kind: 'map', value: element }
    }
    default:
      return null
  }
}

/** A type as the suites write it: a union of literals is a string there. */
export function showCelType(type: Type): string {
  switch (type.kind) {
    case 'literals':
      return 'string'
    case 'list':
      return `list(${showCelType(type.element)})`
    case 'map':
      return `map(string, ${showCelType(type.value)})`
    case 'optional':
      return `optional_type(${showCelType(type.value)})`
    default:
      return type.kind
  }
}
