/** Documents that generated policies import, the types that they stand for, and what they ask for beyond these, in plain code. */
import { type Model, showType, type Type } from '../../../language/index.ts'
import * as t from './types.ts'

export interface SchemaDocument {
  readonly file: string
  readonly text: string
  readonly type: Type
  /** Of a value that is of the type. To a schema `null` is not what is absent. */
  fits(json: never): boolean
}

interface Refund {
  readonly amount: number
  readonly note?: string | null
  readonly lines?: readonly { readonly price?: number | null }[] | null
}

const REFUND: SchemaDocument = {
  file: 'refund.schema.json',
  type: t.record({
    amount: t.INT,
    currency: t.oneOf('EUR', 'USD'),
    'note?': t.STRING,
    'lines?': t.list(t.record({ sku: t.STRING, 'price?': t.DOUBLE }, true)),
  }),
  text: JSON.stringify({
    type: 'object',
    required: ['amount', 'currency'],
    additionalProperties: false,
    properties: {
      amount: { type: 'integer', minimum: 1 },
      currency: { enum: ['EUR', 'USD'] },
      note: { type: 'string', maxLength: 2, pattern: '^[^b]*$' },
      lines: { type: 'array', maxItems: 2, items: { $ref: '#/$defs/line' } },
    },
    $defs: { line: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' }, price: { type: 'number' } } } },
  }),
  fits: ({ amount, note, lines }: Refund) =>
    amount >= 1 &&
    (note === undefined || (note !== null && [...note].length <= 2 && !note.includes('b'))) &&
    (lines === undefined || (lines !== null && lines.length <= 2 && lines.every(({ price }) => price !== null))),
}

const READINGS: SchemaDocument = {
  file: 'readings.schema.json',
  type: t.list(t.INT),
  text: JSON.stringify({ type: 'array', uniqueItems: true, items: { type: 'integer', multipleOf: 1 } }),
  fits: (readings: readonly number[]) => new Set(readings.map((one) => one + 0)).size === readings.length,
}

export const SCHEMAS: readonly SchemaDocument[] = [REFUND, READINGS]

/** A service's document, and what its operations are. */
export const OPENAPI = {
  file: 'things.json',
  operations: {
    getThing: {
      params: { thing_id: t.INT },
      query: t.fields({ 'page_no?': t.INT, 'tags?': t.list(t.STRING), 'since?': t.TIMESTAMP }),
      body: null,
    },
    makeThing: { params: {}, query: null, body: t.record({ label: t.STRING, 'size?': t.INT }, true) },
  },
  text: JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'Things', version: '1' },
    servers: [{ url: 'https://things.example/v1' }],
    paths: {
      '/things/{thing-id}': {
        parameters: [{ name: 'thing-id', in: 'path', required: true, schema: { type: 'integer' } }],
        get: {
          operationId: 'getThing',
          parameters: [
            { name: 'page-no', in: 'query', schema: { type: 'integer', minimum: 3 } },
            { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
            { name: 'since', in: 'query', schema: { type: 'string', format: 'date-time' } },
          ],
        },
      },
      '/things': {
        post: {
          operationId: 'makeThing',
          requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
        },
      },
    },
    components: {
      schemas: {
        Thing: {
          type: 'object',
          required: ['label'],
          properties: { label: { type: 'string', minLength: 1 }, size: { type: 'integer' } },
        },
      },
    },
  }),
} as const

/** By the type: no two of them have the same. */
const FITS: ReadonlyMap<string, (json: never) => boolean> = new Map([
  ...SCHEMAS.map(({ type, fits }) => [showType(type), fits] as const),
  [
    showType(OPENAPI.operations.makeThing.body),
    ({ label, size }: { label: string; size?: unknown }) => label !== '' && size !== null,
  ],
])

/** For the interpreter: whether a body fits the schema that its route imports. What is not of its type is refused in any case. */
export function fitsSchemaOf({ routes }: Model): (route: string, json: unknown) => boolean {
  return (route, json) => {
    const body = routes.find(({ name }) => name === route)?.body ?? null
    if (body === null || body.schema === null) return true
    const fits = FITS.get(showType(body.type))
    if (fits === undefined) throw new Error(`nobody knows the schema of ${route}`)
    try {
      return fits(json as never)
    } catch {
      return false
    }
  }
}
