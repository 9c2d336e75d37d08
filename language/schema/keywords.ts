/** The JSON Schema keywords that constrain values, and their forms. Others are ignored, as the standard requires. */
import { isList, isRecord, type Json } from './document.ts'

/** How the value of a JSON Schema keyword is read: as one or several schemas, or as a plain value, which `problem` validates. */
export type Keyword =
  | { readonly holds: 'schema'; readonly inPlace: boolean }
  | { readonly holds: 'schemas'; readonly inPlace: boolean }
  /** An object of schemas; `pattern`: its keys are regular expressions. */
  | { readonly holds: 'members'; readonly inPlace: boolean; readonly pattern: boolean }
  /** `problem` returns why its value is invalid, or null. */
  | { readonly holds: 'value'; readonly problem: (value: Json) => string | null }

const beside: Keyword = { holds: 'schema', inPlace: true }
const within: Keyword = { holds: 'schema', inPlace: false }
const count = plain((value) => Number.isSafeInteger(value) && (value as number) >= 0, 'a whole number, 0 or more')
const number = plain((value) => typeof value === 'number', 'a number')
const texts = plain((value) => isTexts(value), 'a list of strings')

/** Keywords of JSON Schema by name, in the order of output. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['type', { holds: 'value', problem: typeProblem }],
  ['enum', plain((value) => isList(value) && value.length > 0, 'a list of at least one value')],
  ['const', plain(() => true, '')],
  ['format', plain((value) => typeof value === 'string', 'a string')],
  [
    'pattern',
    { holds: 'value', problem: (value) => (typeof value === 'string' ? patternProblem(value) : 'it must be a string') },
  ],
  ['minLength', count],
  ['maxLength', count],
  ['minimum', number],
  ['maximum', number],
  ['exclusiveMinimum', number],
  ['exclusiveMaximum', number],
  ['multipleOf', plain((value) => typeof value === 'number' && value > 0, 'a number above 0')],
  ['properties', { holds: 'members', inPlace: false, pattern: false }],
  ['patternProperties', { holds: 'members', inPlace: false, pattern: true }],
  ['additionalProperties', within],
  ['propertyNames', within],
  ['unevaluatedProperties', within],
  ['required', texts],
  ['minProperties', count],
  ['maxProperties', count],
  [
    'dependentRequired',
    plain((value) => isRecord(value) && Object.values(value).every(isTexts), 'an object of lists of strings'),
  ],
  ['dependentSchemas', { holds: 'members', inPlace: true, pattern: false }],
  ['prefixItems', { holds: 'schemas', inPlace: false }],
  ['items', within],
  ['contains', within],
  ['minContains', count],
  ['maxContains', count],
  ['unevaluatedItems', within],
  ['minItems', count],
  ['maxItems', count],
  ['uniqueItems', plain((value) => typeof value === 'boolean', '`true` or `false`')],
  ['allOf', { holds: 'schemas', inPlace: true }],
  ['anyOf', { holds: 'schemas', inPlace: true }],
  ['oneOf', { holds: 'schemas', inPlace: true }],
  ['not', beside],
  ['if', beside],
  ['then', beside],
  ['else', beside],
])

function plain(fits: (value: Json) => boolean, wanted: string): Keyword {
  return { holds: 'value', problem: (value) => (fits(value) ? null : `it must be ${wanted}`) }
}

export function isTexts(value: Json | undefined): value is readonly string[] {
  return isList(value) && value.every((one) => typeof one === 'string')
}

const TYPES: ReadonlySet<Json> = new Set(['null', 'boolean', 'integer', 'number', 'string', 'object', 'array'])

function typeProblem(value: Json): string | null {
  const types = isList(value) ? value : [value]
  const strange = types.find((one) => !TYPES.has(one))
  if (strange !== undefined) return `${JSON.stringify(strange)} is not a JSON Schema type`
  return types.length === 0 ? 'it must name at least one type' : null
}

/**
 * Returns the reason for which a pattern is invalid, or null. Patterns are ECMA-262 regular expressions on code points (JSON
 * Schema Core 2020-12, section 6.4).
 */
export function patternProblem(pattern: string): string | null {
  try {
    new RegExp(pattern, 'u')
    return null
  } catch {
    return 'it is not a regular expression (ECMA-262, with the flag `u`)'
  }
}

/**
 * The values of `format` that the decoder checks, including OpenAPI's `int32` and the like. Others are ignored, as the standard
 * allows.
 */
export const FORMATS: ReadonlySet<string> = new Set([
  ...['date-time', 'date', 'time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uri-reference', 'uri-template'],
  ...['uuid', 'json-pointer', 'relative-json-pointer', 'regex', 'int32', 'int64', 'byte'],
])
