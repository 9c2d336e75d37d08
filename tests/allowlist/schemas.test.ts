/** What ajv writes for schemas of every keyword in any order is on the whitelist: 100 drawn schemas, 3,000 with IAP_FULL=1. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { standaloneValidators } from '../../compiler/bundle/index.ts'
import { validatorsViolation } from '../../runtime/abi/allowlist/index.ts'

const RUNS = process.env.IAP_FULL === '1' ? 3_000 : 100

const name = fc.constantFrom('a', 'b', 'x-y', 'constructor', '__proto__', 'é', "'", '\u2028')
const count = fc.nat(4)
const number = fc.constantFrom(-1, 0, 1, 2.5, 1e21)
const value = fc.constantFrom<unknown>('a', '', null, true, 1, 2.5, ['a', 1], { a: [1] }, '"]; process.exit() //')
const TYPES = ['string', 'integer', 'number', 'boolean', 'object', 'array', 'null']

/** Members by name, `__proto__` as any other. */
const members = (one: fc.Arbitrary<unknown>) =>
  fc.array(fc.tuple(name, one), { maxLength: 3 }).map((entries) => Object.fromEntries(entries) as object)

const { schema } = fc.letrec<{ schema: unknown; list: unknown[] }>((tie) => {
  const one = tie('schema')
  const list = tie('list')
  const keywords: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    type: fc.oneof(fc.constantFrom(...TYPES), fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 3 })),
    enum: fc.uniqueArray(value, { minLength: 1, maxLength: 3, selector: (each) => JSON.stringify(each) }),
    const: value,
    format: fc.constantFrom('date', 'date-time', 'email', 'uuid', 'ipv4', 'int32', 'double'),
    pattern: fc.constantFrom('^a', '["`]', "b'$"),
    minLength: count,
    maxLength: count,
    minimum: number,
    maximum: number,
    exclusiveMinimum: number,
    exclusiveMaximum: number,
    multipleOf: fc.constantFrom(1, 0.1, 5),
    properties: members(one),
    patternProperties: fc
      .array(one, { maxLength: 2 })
      .map((all) => Object.fromEntries(all.map((each, at) => [['^a', 'y$'][at], each]))),
    additionalProperties: one,
    propertyNames: one,
    unevaluatedProperties: one,
    required: fc.uniqueArray(name, { maxLength: 2 }),
    minProperties: count,
    maxProperties: count,
    dependentRequired: members(fc.uniqueArray(name, { maxLength: 2 })),
    dependentSchemas: members(one),
    prefixItems: list,
    items: one,
    contains: one,
    minContains: count,
    maxContains: count,
    unevaluatedItems: one,
    minItems: count,
    maxItems: count,
    uniqueItems: fc.boolean(),
    allOf: list,
    anyOf: list,
    oneOf: list,
    not: one,
    if: one,
    // biome-ignore lint/suspicious/noThenProperty: that is how the keyword is called
    then: one,
    else: one,
    $ref: fc.constantFrom('#/$defs/one', '#/$defs/two'),
  }
  const names = Object.keys(keywords)
  return {
    schema: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.boolean(),
      fc
        .uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 5 })
        .chain((chosen) =>
          fc
            .tuple(...chosen.map((each) => keywords[each] as fc.Arbitrary<unknown>))
            .map((all) => Object.fromEntries(chosen.map((each, at) => [each, all[at]]))),
        ),
    ),
    list: fc.array(one, { minLength: 1, maxLength: 3 }),
  }
})

it(`${RUNS} schemas`, () => {
  const seen = { written: 0, refused: 0 }
  fc.assert(
    fc.property(schema, schema, schema, (root, one, two) => {
      const source = typeof root === 'object' ? { ...(root as object), $defs: { one, two } } : (root as boolean)
      let code: string
      try {
        code = standaloneValidators({ claims: {}, data: {}, bodies: { 's.r': { type: {}, source: source as never } } })
      } catch (error) {
        // What ajv itself does not take is told by the front end, or has no meaning here.
        seen.refused += 1
        expect(String(error)).not.toContain('stand alone')
        return
      }
      seen.written += 1
      expect(validatorsViolation(code)).toBeNull()
    }),
    { seed: 20_260_302, numRuns: RUNS },
  )
  expect(seen.written).toBeGreaterThan(RUNS / 2)
})
