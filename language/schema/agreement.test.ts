import { Ajv, type ErrorObject } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Type } from '../checker/types/type.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { DRAFT_2020_12, dialectOf, OPENAPI_3_0, type SchemaDialect } from './dialect.ts'
import { readDocument } from './document.ts'
import { importSchema } from './import-schema.ts'

/** The door, as `decision.md` says it, for the types that schemas become. */
function fits(type: Type, json: unknown): boolean {
  switch (type.kind) {
    case 'bool':
      return typeof json === 'boolean'
    case 'int':
      return Number.isSafeInteger(json)
    case 'double':
      return typeof json === 'number'
    case 'string':
    case 'timestamp':
    case 'ip':
      return typeof json === 'string'
    case 'literals':
      return type.values.includes(json as string)
    case 'list':
      return Array.isArray(json) && json.every((one) => fits(type.element, one))
    case 'map':
      return isObject(json) && Object.values(json).every((one) => fits(type.value, one))
    case 'record': {
      if (!isObject(json)) return false
      const named = Object.entries(json).every(([name, value]) => {
        const field = type.fields.get(name)
        return field === undefined ? type.open : (field.optional && value === null) || fits(field.type, value)
      })
      return named && [...type.fields].every(([name, field]) => field.optional || Object.hasOwn(json, name))
    }
    default:
      throw new Error(`a schema became a ${type.kind}`)
  }
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

const NAMES = ['a', 'b', 'c', 'x-y']
const name = fc.constantFrom(...NAMES)
const scalar = fc.constantFrom<unknown>(
  'a',
  'b',
  'x@y.example',
  '1.2.3.4',
  '2026-01-01T00:00:00Z',
  '',
  0,
  1,
  2.5,
  -1,
  true,
  false,
  null,
)
const { value } = fc.letrec<{ value: unknown; inner: unknown }>((tie) => ({
  value: fc.oneof({ weight: 2, arbitrary: fc.dictionary(name, tie('inner'), { maxKeys: 4 }) }, scalar),
  inner: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 4, arbitrary: scalar },
    fc.array(tie('inner'), { maxLength: 3 }),
    fc.dictionary(name, tie('inner'), { maxKeys: 3 }),
  ),
}))

/** Schemas whose references are to the three definitions that each document has. */
function schemas(dialect: SchemaDialect): fc.Arbitrary<object> {
  const openapi = dialect === OPENAPI_3_0
  const root = openapi ? '#/components/schemas/' : dialect === DRAFT_2020_12 ? '#/$defs/' : '#/definitions/'
  const types = ['string', 'integer', 'number', 'boolean', 'object', 'array', ...(openapi ? [] : ['null'])]
  const { schema } = fc.letrec<{ schema: object; members: object; list: object[] }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      { weight: 3, arbitrary: fc.record({ type: fc.constantFrom(...types) }) },
      { weight: 2, arbitrary: fc.record({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }) }) },
      fc.record({ type: fc.constant('string'), format: fc.constantFrom('ipv4', 'date-time', 'email', 'int32') }),
      openapi
        ? fc.record({ type: fc.constantFrom(...types), nullable: fc.boolean() })
        : fc.record({ type: fc.uniqueArray(fc.constantFrom(...types), { minLength: 1, maxLength: 2 }) }),
      openapi
        ? fc.record({ type: fc.constant('number'), minimum: fc.constant(1) })
        : fc.record({ type: fc.constant('number'), exclusiveMinimum: fc.constant(1) }),
      {
        weight: 4,
        arbitrary: fc.record(
          {
            type: fc.constant('object'),
            properties: tie('members'),
            required: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }),
            additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
          },
          { requiredKeys: ['type'] },
        ),
      },
      fc.record({ type: fc.constant('array'), items: tie('schema'), maxItems: fc.constant(2) }, { requiredKeys: ['type'] }),
      fc.record({ allOf: tie('list') }),
      fc.record({ anyOf: tie('list') }),
      fc.record({ oneOf: tie('list') }),
      fc.record({ $ref: fc.constantFrom('One', 'Two', 'Tree').map((one) => root + one) }),
      ...(openapi
        ? []
        : [
            fc.record({ patternProperties: fc.dictionary(fc.constantFrom('^a', 'y$'), tie('schema') as never) }),
            fc.record({ if: tie('schema'), else: tie('schema') }),
          ]),
    ) as fc.Arbitrary<object>,
    members: fc.dictionary(name, tie('schema'), { maxKeys: 3 }),
    list: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
  }))
  const document = fc.record({
    schema: fc.oneof(fc.record({ type: fc.constant('object'), properties: fc.dictionary(name, schema) }), schema),
    One: schema,
    Two: schema,
  })
  return document.map(({ schema, One, Two }) => {
    const tree = {
      type: 'object',
      properties: { a: { type: 'integer' }, b: { type: 'array', items: { $ref: `${root}Tree` } }, c: { $ref: `${root}One` } },
    }
    // One definition refers to the other alone, so that none asks for itself of the same value.
    const definitions = { One: withoutReferences(One), Two: withoutReferences(Two), Tree: tree }
    if (openapi) return { components: { schemas: { ...definitions, Root: schema } } }
    return { [dialect === DRAFT_2020_12 ? '$defs' : 'definitions']: { ...definitions, Root: schema } }
  })
}

function withoutReferences(schema: object): object {
  return JSON.parse(JSON.stringify(schema, (key, value) => (isObject(value) && '$ref' in value && key !== '$ref' ? {} : value)))
}

/** What the document's author would ask. */
function sourceValidator(document: object, dialect: SchemaDialect): (json: unknown) => boolean {
  const options = { strict: false, allErrors: false, logger: false } as const
  const ajv = dialect === DRAFT_2020_12 ? new Ajv2020(options) : new Ajv(options)
  formats.default(ajv as never)
  const root =
    dialect === OPENAPI_3_0 ? '#/components/schemas/Root' : dialect === DRAFT_2020_12 ? '#/$defs/Root' : '#/definitions/Root'
  const validate = ajv.compile({ ...document, $ref: root } as never) as {
    (json: unknown): boolean
    errors?: ErrorObject[] | null
  }
  return (json) => validate(json)
}

function translatedValidator(schema: unknown): (json: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, strictSchema: true, logger: false })
  formats.default(ajv as never)
  const validate = ajv.compile(schema as never)
  return (json) => validate(json) as boolean
}

const RUNS = process.env.IAP_FULL === '1' ? 60 : 15

describe.each([DRAFT_2020_12, dialectOf('http://json-schema.org/draft-07/schema#') as SchemaDialect, OPENAPI_3_0])(
  '$name',
  (dialect) => {
    it('is read as ajv reads it, and no type is narrower than its schema', () => {
      const seen = { documents: 0, typed: 0, accepted: 0, refused: 0 }
      fc.assert(
        fc.property(schemas(dialect), fc.array(value, { minLength: 20, maxLength: 20 }), (document, values) => {
          seen.documents += 1
          const diagnostics: Diagnostic[] = []
          const read = readDocument({ name: 'a.json', text: JSON.stringify(document) }, diagnostics)
          if (read === null) throw new Error('JSON.stringify makes JSON')
          const [outer] = Object.values(read.root as object)
          const definitions = dialect === OPENAPI_3_0 ? outer.schemas : outer
          const root = { value: definitions.Root, place: read.placeOf(definitions.Root) }
          const body = importSchema(read, root, dialect, diagnostics)
          if (body === null) {
            expect(diagnostics.map((one) => one.code)).toEqual(['IAP4083'])
            return
          }
          seen.typed += 1
          const [source, translated] = [sourceValidator(document, dialect), translatedValidator(body.schema)]
          for (const json of values) {
            const accepted = source(json)
            seen[accepted ? 'accepted' : 'refused'] += 1
            expect(translated(json), JSON.stringify([json, body.schema])).toBe(accepted)
            if (accepted) expect(fits(body.type, json), JSON.stringify(json)).toBe(true)
          }
        }),
        { seed: 20260302, numRuns: RUNS },
      )
      expect(seen.typed).toBeGreaterThan(RUNS / 3)
      expect(seen.accepted).toBeGreaterThan(1.6 * RUNS)
      expect(seen.refused).toBeGreaterThan(1.6 * RUNS)
    })
  },
)
