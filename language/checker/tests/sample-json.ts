/** JSON values that fit a type, for the help of what does not fit. */
import { nearest } from '../../diagnostics/suggest.ts'
import type { JsonNode } from '../../syntax/ast.ts'
import { isString, type RecordShape, type Type } from '../types/type.ts'

/** Returns a value of a type as a test writes it. */
export function sampleOf(type: Type): string {
  switch (type.kind) {
    case 'bool':
      return 'true'
    case 'int':
      return '1'
    case 'double':
      return '1.5'
    case 'literals':
      return JSON.stringify(type.values[0])
    case 'timestamp':
      return '"2026-03-02T09:00:00Z"'
    case 'duration':
      return '"1h30m"'
    case 'ip':
      return '"192.0.2.1"'
    case 'cidr':
      return '"10.0.0.0/8"'
    case 'list':
    case 'set':
      return `[${sampleOf(type.element)}]`
    case 'map':
      return `{ "…": ${sampleOf(type.value)} }`
    case 'record':
      return sampleRecord(type)
    default:
      return '"…"'
  }
}

const MOST_FIELDS = 3

function sampleRecord({ fields }: RecordShape): string {
  const required = [...fields].filter(([, { optional }]) => !optional)
  const shown = required.slice(0, MOST_FIELDS).map(([name, shape]) => `${shape.path[0] ?? name}: ${sampleOf(shape.type)}`)
  return `{ ${[...shown, ...(required.length > MOST_FIELDS ? ['…'] : [])].join(', ')} }`
}

/**
 * Returns the text of the value that is certainly meant by one that does not fit a type: a number without or with its quotes, one
 * element as a list, a misspelled literal. Returns null if that is uncertain.
 */
export function insteadOf(node: JsonNode, type: Type): string | null {
  if (node.kind !== 'JsonScalar' || node.value === null) return null
  const { value, span } = node
  const written = span.source.text.slice(span.start, span.end)
  switch (type.kind) {
    case 'bool':
      return value === 'true' || value === 'false' ? value : null
    case 'int':
      return typeof value === 'string' && /^-?(0|[1-9]\d*)$/.test(value) && Number.isSafeInteger(Number(value)) ? value : null
    case 'double':
      return typeof value === 'string' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value) ? value : null
    case 'string':
      return typeof value === 'string' ? null : JSON.stringify(written)
    case 'literals': {
      const literal = typeof value === 'string' ? nearest(value, type.values) : null
      return literal === null ? null : JSON.stringify(literal)
    }
    case 'list':
    case 'set':
      return typeof value === 'string' && isString(type.element) ? `[${written}]` : null
    default:
      return null
  }
}
