import type { ErrorObject } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { validatorsViolation } from '../../runtime/abi/allowlist/index.ts'
import { helpers, type Validators } from '../../runtime/abi/index.ts'
import type { InputSchemas, JsonSchema } from '../compiled.ts'
import { withNestedDefinitions } from './bounded-nesting.ts'
import { standaloneValidators } from './index.ts'

/** Returns the schema of a record with `width` texts and, in its last member, a record of the next level. */
function recordOf(levels: number, width: number): JsonSchema {
  const texts = Array.from({ length: width }, (_, at) => [`f${at}`, { type: 'string' }] as const)
  const properties = { ...Object.fromEntries(texts), ...(levels > 1 && { next: recordOf(levels - 1, width) }) }
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

function recordValue(levels: number, width: number, innermost: object): Record<string, unknown> {
  const texts = Object.fromEntries(Array.from({ length: width }, (_, at) => [`f${at}`, 'a']))
  return levels > 1 ? { ...texts, next: recordValue(levels - 1, width, innermost) } : { ...texts, ...innermost }
}

/** Returns where a value does not fit, or null. */
function misfitOf(schema: JsonSchema, isImported: boolean): (value: unknown) => string | null {
  const bodies: InputSchemas['bodies'] = isImported ? { a: { type: {}, source: { ...schema } } } : {}
  const code = standaloneValidators({ claims: {}, data: isImported ? {} : { a: schema }, bodies })
  expect(validatorsViolation(code)).toBeNull()
  const { data, bodies: imported } = new Function('abi', code)(helpers) as Validators
  const check = isImported ? imported.a : data.a
  return (value) => {
    if (check?.(value) === true) return null
    const [error] = (check?.errors ?? []) as readonly Partial<ErrorObject>[]
    return `${error?.keyword} at ${error?.instancePath}`
  }
}

const FULL = process.env.IAP_FULL === '1'
/** Of the widest, ajv takes longest to make code: imported, which is made of it in the same way, with IAP_FULL=1 alone. */
const WIDE = 400

describe.each([
  [1, 9],
  [1, 65],
  [1, 999],
  [2, 498],
  [10, 98],
  [90, 10],
  [190, 4],
])('a record of %s levels with %s texts each', (levels, width) => {
  test.each(FULL || width < WIDE ? [false, true] : [false])('is checked to its innermost member, imported: %s', (isImported) => {
    const misfit = misfitOf(recordOf(levels, width), isImported)
    const path = '/next'.repeat(levels - 1)
    const last = `f${width - 1}`
    expect(misfit(recordValue(levels, width, {}))).toBe(null)
    expect(misfit(recordValue(levels, width, { [last]: 1 }))).toBe(`type at ${path}/${last}`)
    expect(misfit(recordValue(levels, width, { f0: 1 }))).toBe(`type at ${path}/f0`)
    expect(misfit(recordValue(levels, width, { [last]: undefined }))).toBe(`required at ${path}`)
    expect(misfit(recordValue(levels, width, { toString: 'a' }))).toBe(`additionalProperties at ${path}`)
  })
})

test('narrow records are left as they are', () => {
  const schema = { ...recordOf(3, 20) }
  expect(withNestedDefinitions(schema)).toBe(schema)
})

/** Generates schemas of records, lists and maps that are wide, deep or both. */
const { schema: schemas } = fc.letrec<{ readonly schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<JsonSchema>({ type: 'string' }, { type: 'integer' }, { anyOf: [{ type: 'null' }, { type: 'boolean' }] }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ type: fc.constant('object'), additionalProperties: tie('schema') }),
    fc
      .tuple(fc.constantFrom(1, 5, 40, 70, 130), fc.array(tie('schema'), { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([width, members, isOpen]) => {
        const all = Array.from({ length: width }, (_, at) => [`f${at}`, members[at % members.length] as JsonSchema] as const)
        const properties = Object.fromEntries(all.slice(0, 5).concat(all.slice(5).map(([name]) => [name, { type: 'string' }])))
        const required = Object.keys(properties).filter((_, at) => at % 3 !== 1)
        return { type: 'object', properties, required, ...(!isOpen && { additionalProperties: false }) } as JsonSchema
      }),
  ),
}))

/** Returns a value that fits, but for a mistake in at most one of its parts. */
function valueFor(schema: JsonSchema, mistake: { left: number }): unknown {
  mistake.left -= 1
  if (mistake.left === 0) return { strange: true }
  if (schema.type === 'array') return [valueFor(schema.items as JsonSchema, mistake)]
  if (schema.anyOf !== undefined) return null
  if (schema.type === 'integer') return 1
  if (schema.type !== 'object') return 'a'
  if (schema.properties === undefined) return { a: valueFor(schema.additionalProperties as JsonSchema, mistake) }
  return Object.fromEntries(
    Object.entries(schema.properties as Record<string, JsonSchema>).map(([name, one]) => [name, valueFor(one, mistake)]),
  )
}

test('values fit as in a plain ajv, and errors are at the same places', () => {
  fc.assert(
    fc.property(schemas, fc.integer({ min: 0, max: 400 }), (schema, mistake) => {
      const theirs = new Ajv2020({ ownProperties: true, allowUnionTypes: true }).compile(schema)
      const value = valueFor(schema, { left: mistake })
      const expected = theirs(value) ? null : `${theirs.errors?.[0]?.keyword} at ${theirs.errors?.[0]?.instancePath}`
      expect(misfitOf(schema, false)(value)).toBe(expected)
      expect(misfitOf(schema, true)(value)).toBe(expected)
    }),
    { seed: 7, numRuns: FULL ? 60 : 8 },
  )
})
