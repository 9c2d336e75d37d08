import type { JsonSchema } from '../../checker/model.ts'
import { IP, literals, TIMESTAMP, type Type } from '../../checker/types/type.ts'
import type { Json } from '../document.ts'
import { ANYTHING, EMPTY_SHAPE, joinShapes, meet, type ObjectShape, type Shape } from './shape.ts'

type SchemaObject = Exclude<JsonSchema, boolean>

/** The maximum number of schemas to visit, as mutual references can expand a small schema. */
const EFFORT = 50_000
/** The maximum depth, which fits the stack. */
const DEPTH = 800

/**
 * Returns the shape of a translated schema: an upper bound of the JSON values that it accepts. Keywords that shapes cannot
 * express do not narrow a shape. A recursive reference is any value of the types written there, as no type is infinitely deep.
 *
 * @returns null if the schema exceeds a fixed effort
 */
export function shapeOfSchema(root: JsonSchema): Shape | null {
  const reader = new Reader(root)
  const shape = reader.shapeOf(root)
  return reader.effort > EFFORT ? null : shape
}

class Reader {
  effort = 0
  private readonly root: JsonSchema
  private readonly definitions: Readonly<Record<string, JsonSchema>>
  private readonly known = new Map<SchemaObject, Shape>()
  private readonly open = new Set<SchemaObject>()
  /** The number of cut references: a shape without any can be reused anywhere. */
  private cuts = 0

  constructor(root: JsonSchema) {
    this.root = root
    this.definitions = typeof root === 'boolean' ? {} : ((root.$defs ?? {}) as Record<string, JsonSchema>)
  }

  shapeOf(schema: JsonSchema): Shape {
    if (typeof schema === 'boolean') return schema ? ANYTHING : EMPTY_SHAPE
    const known = this.known.get(schema)
    if (known !== undefined) return known
    this.effort += this.open.size > DEPTH ? EFFORT : 1
    if (this.effort > EFFORT) return ANYTHING
    if (this.open.has(schema)) {
      this.cuts += 1
      return ofTypes(schema)
    }
    this.open.add(schema)
    const { cuts } = this
    const shape = this.read(schema)
    this.open.delete(schema)
    if (this.cuts === cuts) this.known.set(schema, shape)
    return shape
  }

  private read(schema: SchemaObject): Shape {
    const parts: Shape[] = [ofTypes(schema), ofFormat(schema.format)]
    if (Array.isArray(schema.enum)) parts.push(ofValues(schema.enum as readonly Json[]))
    if (schema.const !== undefined) parts.push(ofValues([schema.const as Json]))
    if (typeof schema.$ref === 'string') parts.push(this.shapeOf(this.target(schema.$ref)))
    if (Array.isArray(schema.allOf)) for (const one of schema.allOf as JsonSchema[]) parts.push(this.shapeOf(one))
    for (const alternatives of [schema.anyOf, schema.oneOf]) {
      if (Array.isArray(alternatives))
        parts.push((alternatives as JsonSchema[]).map((one) => this.shapeOf(one)).reduce(joinShapes))
    }
    if (hasAny(schema, ['properties', 'patternProperties', 'additionalProperties', 'required'])) {
      parts.push({ ...ANYTHING, object: this.objects(schema) })
    }
    if (hasAny(schema, ['prefixItems', 'items'])) parts.push({ ...ANYTHING, array: this.elements(schema) })
    return parts.reduce(meet)
  }

  private target(reference: string): JsonSchema {
    return reference === '#' ? this.root : (this.definitions[reference.slice('#/$defs/'.length)] ?? true)
  }

  private objects(schema: SchemaObject): ObjectShape {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
    const patterns = Object.values((schema.patternProperties ?? {}) as Record<string, JsonSchema>)
    const additional = this.shapeOf((schema.additionalProperties as JsonSchema | undefined) ?? true)
    const others = patterns.map((one) => this.shapeOf(one)).reduce(joinShapes, additional)
    const required = new Set((schema.required ?? []) as readonly string[])
    const fields = new Map(
      properties.map(([name, one]) => [name, { shape: this.shapeOf(one), required: required.has(name) }] as const),
    )
    for (const name of required) if (!fields.has(name)) fields.set(name, { shape: others, required: true })
    return { fields, others }
  }

  private elements(schema: SchemaObject): Shape {
    const first = ((schema.prefixItems ?? []) as readonly JsonSchema[]).map((one) => this.shapeOf(one))
    return first.reduce(joinShapes, this.shapeOf((schema.items as JsonSchema | undefined) ?? true))
  }
}

function hasAny(schema: SchemaObject, keywords: readonly string[]): boolean {
  return keywords.some((keyword) => schema[keyword] !== undefined)
}

function ofTypes({ type }: SchemaObject): Shape {
  if (type === undefined) return ANYTHING
  const types = new Set(Array.isArray(type) ? type : [type])
  return {
    null: types.has('null'),
    bool: types.has('boolean'),
    number: types.has('number') ? 'double' : types.has('integer') ? 'int' : 'none',
    string: types.has('string') ? ANYTHING.string : null,
    object: types.has('object') ? ANYTHING.object : null,
    array: types.has('array') ? ANYTHING.array : null,
  }
}

/** Formats all of whose texts are values of a language type. */
const FORMAT_TYPES: ReadonlyMap<unknown, Type> = new Map<unknown, Type>([
  ['date-time', TIMESTAMP],
  ['ipv4', IP],
  ['ipv6', IP],
])

function ofFormat(format: unknown): Shape {
  const string = FORMAT_TYPES.get(format)
  return string === undefined ? ANYTHING : { ...ANYTHING, string }
}

function ofValues(values: readonly Json[]): Shape {
  const texts = values.filter((value) => typeof value === 'string')
  const others = values.filter((value) => typeof value !== 'string').map(ofValue)
  const shape: Shape = texts.length === 0 ? EMPTY_SHAPE : { ...EMPTY_SHAPE, string: literals(texts) }
  return others.reduce(joinShapes, shape)
}

function ofValue(value: Json): Shape {
  if (value === null) return { ...EMPTY_SHAPE, null: true }
  if (typeof value === 'boolean') return { ...EMPTY_SHAPE, bool: true }
  if (typeof value === 'number') return { ...EMPTY_SHAPE, number: Number.isSafeInteger(value) ? 'int' : 'double' }
  if (typeof value === 'string') return { ...EMPTY_SHAPE, string: literals([value]) }
  if (Array.isArray(value)) return { ...EMPTY_SHAPE, array: value.length === 0 ? EMPTY_SHAPE : ofValues(value) }
  const fields = Object.entries(value).map(([name, one]) => [name, { shape: ofValue(one), required: true }] as const)
  return { ...EMPTY_SHAPE, object: { fields: new Map(fields), others: EMPTY_SHAPE } }
}
