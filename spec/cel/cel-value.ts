/** Values of the suites in our terms. */
import type { CelValue } from './suites.ts'

/** As conditions hold them; what is bound in cases in scope has one form for compiled code and interpreter. */
export type Bound = boolean | number | bigint | string | readonly Bound[] | ReadonlyMap<string, Bound>

export function boundOf(json: CelValue): Bound {
  const [[kind, value] = ['', undefined]] = Object.entries(json)
  switch (kind) {
    case 'boolValue':
      return value as boolean
    case 'int64Value':
    case 'doubleValue':
      return Number(value)
    case 'stringValue':
      return value as string
    case 'listValue':
      return ((value as { values?: readonly CelValue[] }).values ?? []).map(boundOf)
    case 'mapValue': {
      const { entries = [] } = value as { entries?: readonly { key: CelValue; value: CelValue }[] }
      return new Map(entries.map((entry) => [boundOf(entry.key) as string, boundOf(entry.value)]))
    }
    case 'objectValue':
      return timeOf(value as Time)
    default:
      throw new Error(`a value of kind ${kind} is out of scope`)
  }
}

/** Every value in a value, as JSON has them; of a timestamp and a duration the kind `time`. */
export function* valuesWithin(json: CelValue): Iterable<{ readonly kind: string; readonly value: unknown }> {
  const [[kind, value] = ['', undefined]] = Object.entries(json)
  yield { kind: kind === 'objectValue' && isTime(value) ? 'time' : kind, value }
  if (kind === 'listValue') for (const one of (value as { values?: readonly CelValue[] }).values ?? []) yield* valuesWithin(one)
  if (kind !== 'mapValue') return
  for (const entry of (value as { entries?: readonly { key: CelValue; value: CelValue }[] }).entries ?? []) {
    yield* valuesWithin(entry.key)
    yield* valuesWithin(entry.value)
  }
}

interface Time {
  readonly '@type': string
  readonly value: string
}

function isTime(message: unknown): message is Time {
  return /\.protobuf\.(?:Timestamp|Duration)$/.test((message as Partial<Time>)['@type'] ?? '')
}

/** Nanoseconds. As JSON a `Timestamp` is RFC 3339 and a `Duration` decimal seconds (ProtoJSON). */
function timeOf({ '@type': type, value: text }: Time): bigint {
  if (type.endsWith('.Duration')) return decimal(text.replace(/s$/, ''))
  const [, moment, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(text) as unknown as [string, string, string | undefined]
  return BigInt(Date.parse(`${moment}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

function decimal(text: string): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) as unknown as string[]
  const size = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
  return sign === '-' ? -size : size
}

/** A value in one spelling: the entries of a map sorted, and −0 as 0. */
export function showValue(value: Bound): string {
  if (Array.isArray(value)) return `[${value.map(showValue).join(', ')}]`
  if (value instanceof Map)
    return `{${[...value]
      .map(([key, inner]) => `${JSON.stringify(key)}: ${showValue(inner)}`)
      .sort()
      .join(', ')}}`
  if (typeof value === 'bigint') return `${value}ns`
  if (typeof value === 'number') return String(value + 0)
  return JSON.stringify(value)
}
