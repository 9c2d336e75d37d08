/**
 * Values for a schema: such as fit it as far as a generator can tell, such as nearly do, and any. What is right of each of them the oracle
 * says, not this file: it only has to come near.
 */
import fc from 'fast-check'
import type { SchemaObject } from './schema-case.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export function valuesFor(root: SchemaObject): fc.Arbitrary<Json> {
  const fitting = new Fitting(root).of(root, 0)
  return fc.oneof({ weight: 4, arbitrary: fitting }, { weight: 5, arbitrary: nearly(fitting) }, { weight: 1, arbitrary: any })
}

const NAMES = ['a', 'b', 'id', 'name', 'kind', 'n', 'x-y', 'y', '__proto__', 'constructor', 'next', 'size', '']
const TEXTS = [
  '',
  'a',
  'ab',
  '😀',
  '😀😀',
  'EUR',
  '12345',
  'admin1',
  'ünï',
  '2026-03-02T09:00:00Z',
  '10.1.2.3',
  'must',
  'card',
  '\u0000',
]
const NUMBERS = [0, 1, -1, 2, 5, 9, 10, 0.25, 0.5, 1.5, 100, 1e21, 2 ** 31, 2 ** 53 - 1, -0, 50_000, 50_001]

const scalar: fc.Arbitrary<Json> = fc.constantFrom<Json>(null, true, false, ...NUMBERS, ...TEXTS)
const any: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('json'), { maxKeys: 3 }),
  ),
})).json

/** How far references are followed; behind that a value is kept as small as can be. */
const DEPTH = 4

class Fitting {
  private readonly root: SchemaObject

  constructor(root: SchemaObject) {
    this.root = root
  }

  of(schema: unknown, depth: number): fc.Arbitrary<Json> {
    if (schema === true || schema === undefined) return any
    if (schema === false) return fc.constant(null)
    const whole = this.merged(schema as SchemaObject)
    if (whole.const !== undefined) return fc.constant(whole.const as Json)
    const values = whole.enum as readonly Json[] | undefined
    if (values !== undefined) return fc.constantFrom(...values)
    if (Array.isArray(whole.examples)) return fc.constantFrom(...(whole.examples as readonly Json[]))
    const branches = (whole.oneOf ?? whole.anyOf) as readonly SchemaObject[] | undefined
    if (branches !== undefined) {
      const { oneOf: _, anyOf: __, ...rest } = whole
      return fc.oneof(...branches.map((branch) => this.of(together(rest, this.merged(branch)), depth)))
    }
    const types = [whole.type ?? typeBy(whole)].flat() as string[]
    const each = types.map((type) => this.typed(type, whole, depth))
    return fc.oneof(...each, ...(whole.nullable === true ? [fc.constant(null)] : []))
  }

  private typed(type: string, schema: SchemaObject, depth: number): fc.Arbitrary<Json> {
    switch (type) {
      case 'null':
        return fc.constant(null)
      case 'boolean':
        return fc.boolean()
      case 'integer':
      case 'number':
        return numbers(schema, type === 'integer')
      case 'string':
        return texts(schema)
      case 'array':
        return this.lists(schema, depth)
      case 'object':
        return this.objects(schema, depth)
      default:
        return any
    }
  }

  private lists(schema: SchemaObject, depth: number): fc.Arbitrary<Json> {
    const least = (schema.minItems as number | undefined) ?? 0
    const most = Math.min((schema.maxItems as number | undefined) ?? least + 3, depth > DEPTH ? least : 4)
    const first = (schema.prefixItems ?? (Array.isArray(schema.items) ? schema.items : [])) as readonly unknown[]
    const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items
    if (first.length > 0) {
      const more = rest === false ? fc.constant<Json[]>([]) : fc.array(this.of(rest, depth + 1), { maxLength: 1 })
      return fc.tuple(fc.tuple(...first.map((one) => this.of(one, depth + 1))), more).map(([head, tail]) => [...head, ...tail])
    }
    const element = this.of(rest, depth + 1)
    const elements = schema.contains === undefined ? element : fc.oneof(element, this.of(schema.contains, depth + 1))
    return fc.array(elements, { minLength: least, maxLength: Math.max(least, most) })
  }

  private objects(schema: SchemaObject, depth: number): fc.Arbitrary<Json> {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, unknown>)
    const required = new Set((schema.required ?? []) as readonly string[])
    const kept = properties.filter(([name]) => required.has(name) || depth <= DEPTH)
    const fields = Object.fromEntries(kept.map(([name, one]) => [name, this.of(one, depth + 1)]))
    const named = fc.record(fields, { requiredKeys: kept.map(([name]) => name).filter((name) => required.has(name)) })
    const others = this.others(schema, depth)
    return others === null ? named : fc.tuple(others, named).map(([more, own]) => ({ ...more, ...own }))
  }

  /** Members that have no name in the schema; null where there are to be none. */
  private others(schema: SchemaObject, depth: number): fc.Arbitrary<Record<string, Json>> | null {
    const patterns = Object.entries((schema.patternProperties ?? {}) as Record<string, unknown>)
    const names = schema.propertyNames as SchemaObject | undefined
    const key = names === undefined ? fc.constantFrom(...NAMES.slice(0, 8)) : texts(names)
    const rest = schema.additionalProperties ?? schema.unevaluatedProperties
    const each = patterns.map(([pattern, one]) => fc.dictionary(matching(pattern), this.of(one, depth + 1), { maxKeys: 2 }))
    if (rest !== false && depth <= DEPTH) each.push(fc.dictionary(key, this.of(rest, depth + 1), { maxKeys: 3 }))
    return each.length === 0 ? null : fc.tuple(...each).map((parts) => Object.assign({}, ...parts))
  }

  /** With what it refers to, and what stands in `allOf`. */
  private merged(schema: SchemaObject): SchemaObject {
    const { $ref, allOf, ...own } = schema
    let whole: SchemaObject = own
    if (typeof $ref === 'string') whole = together(whole, this.merged(this.target($ref)))
    for (const part of (allOf ?? []) as readonly SchemaObject[]) whole = together(whole, this.merged(part))
    return whole
  }

  private target(reference: string): SchemaObject {
    const pointer = reference.slice(reference.indexOf('#') + 1)
    if (pointer === '') return this.root
    if (pointer.startsWith('/')) {
      return pointer
        .slice(1)
        .split('/')
        .reduce<unknown>((at, key) => (at as SchemaObject)[key], this.root) as SchemaObject
    }
    const all = Object.values((this.root.$defs ?? this.root.definitions ?? {}) as Record<string, SchemaObject>)
    return all.find(({ $anchor, $id }) => $anchor === pointer || $id === `#${pointer}`) as SchemaObject
  }
}

/** Both, as far as one can say it in one. */
function together(a: SchemaObject, b: SchemaObject): SchemaObject {
  const properties: Record<string, unknown> = { ...(a.properties as object | undefined) }
  for (const [name, one] of Object.entries((b.properties ?? {}) as Record<string, SchemaObject>)) {
    const other = properties[name] as SchemaObject | undefined
    properties[name] = other === undefined ? one : { allOf: [other, one] }
  }
  const required = [...((a.required ?? []) as string[]), ...((b.required ?? []) as string[])]
  return {
    ...a,
    ...b,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required: [...new Set(required)] }),
  }
}

function typeBy(schema: SchemaObject): string {
  if (schema.properties !== undefined || schema.required !== undefined) return 'object'
  if (schema.items !== undefined || schema.prefixItems !== undefined) return 'array'
  if (schema.pattern !== undefined || schema.maxLength !== undefined || schema.minLength !== undefined) return 'string'
  return schema.minimum !== undefined || schema.maximum !== undefined ? 'integer' : 'any'
}

function numbers(schema: SchemaObject, whole: boolean): fc.Arbitrary<Json> {
  const bounds = [schema.minimum, schema.exclusiveMinimum, schema.maximum, schema.exclusiveMaximum].filter(
    (bound): bound is number => typeof bound === 'number',
  )
  const near = bounds.flatMap((bound) => [bound - 1, bound, bound + 1, ...(whole ? [] : [bound + 0.25, bound - 0.5])])
  const step = schema.multipleOf as number | undefined
  const stepped = step === undefined ? [] : [step, 2 * step, 3 * step, 1.1 * step]
  return fc.oneof(fc.constantFrom(...near, ...stepped, 3, ...(whole ? [] : [0.75])), fc.integer({ min: -3, max: 20 }))
}

const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  'date-time': [
    '2026-03-02T09:00:00Z',
    '2026-03-02T09:00:00.123+01:00',
    '2026-02-30T09:00:00Z',
    '2026-03-02 09:00',
    '2026-03-02T25:00:00Z',
  ],
  date: ['2026-03-02', '2024-02-29', '2026-02-29', '26-03-02'],
  ipv4: ['10.1.2.3', '255.255.255.255', '256.1.1.1', '10.1.2', '010.1.2.3'],
  uuid: ['123e4567-e89b-12d3-a456-426614174000', '123E4567-E89B-12D3-A456-426614174000', '123e4567'],
}

function texts(schema: SchemaObject): fc.Arbitrary<string> {
  const samples = SAMPLES[schema.format as string]
  // The first of them are right.
  if (samples !== undefined)
    return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...samples.slice(0, 2)) }, fc.constantFrom(...samples))
  if (typeof schema.pattern === 'string') return matching(schema.pattern)
  const least = (schema.minLength as number | undefined) ?? 0
  const most = (schema.maxLength as number | undefined) ?? least + 4
  return fc.string({ unit: fc.constantFrom('a', 'b', '1', 'ü', '😀'), minLength: least, maxLength: Math.max(least, most) })
}

function matching(pattern: string): fc.Arbitrary<string> {
  // What looks around is nothing to make texts by.
  return pattern.includes('(?!')
    ? fc.constantFrom('word', 'admin', 'administrator', 'ünï', 'x1')
    : fc.stringMatching(new RegExp(pattern, 'u'))
}

/** A value with one thing in it changed. */
function nearly(fitting: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.tuple(fitting, fc.nat(), fc.nat(), any).map(([value, where, how, other]) => {
    const places = placesIn(value, [])
    const path = places[where % places.length] as readonly (string | number)[]
    return changed(value, path, (at) => mutated(at, how, other))
  })
}

type Path = readonly (string | number)[]

function placesIn(value: Json, path: Path): Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((one, at) => placesIn(one, [...path, at]))]
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, one]) => placesIn(one, [...path, key]))]
}

function changed(value: Json, [first, ...rest]: Path, change: (value: Json) => Json): Json {
  if (first === undefined) return change(value)
  if (Array.isArray(value)) return value.map((one, at) => (at === first ? changed(one, rest, change) : one))
  return Object.fromEntries(
    Object.entries(value as object).map(([key, one]) => [key, key === first ? changed(one, rest, change) : one]),
  )
}

function mutated(value: Json, how: number, other: Json): Json {
  const step = how % 5
  if (step === 0) return other
  if (typeof value === 'number') return [value + 1, value - 1, value + 0.5, -value][step - 1] as number
  if (typeof value === 'string') return [`${value}a`, value.slice(1), value.toUpperCase(), `${value}\n`][step - 1] as string
  if (typeof value === 'boolean' || value === null) return [!value, 'true', 0, []][step - 1] as Json
  if (Array.isArray(value)) {
    const list = value as readonly Json[]
    return ([[...list, other], list.slice(1), [...list, ...list], { ...list }] as readonly Json[])[step - 1] as Json
  }
  const entries = Object.entries(value)
  const at = how % Math.max(1, entries.length)
  const name = NAMES[how % NAMES.length] as string
  const without = entries.filter((_, index) => index !== at)
  return [
    Object.fromEntries(without),
    Object.fromEntries([...entries, [name, other]]),
    Object.fromEntries(without.concat([[name, entries[at]?.[1] ?? null]])),
    Object.values(value),
  ][step - 1] as Json
}
