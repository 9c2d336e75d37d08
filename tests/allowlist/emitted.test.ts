/**
 * All that the compiler emits is on its whitelist: for every policy that there is here, for generated ones, and for schemas with every keyword
 * that ajv writes code for. 10 generated policies, 2,000 with IAP_FULL=1.
 */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { nodeIo } from '../../cli/node-io.ts'
import { standaloneValidators } from '../../compiler/bundle/index.ts'
import type { CompiledSchemas } from '../../compiler/bundle/standalone-validators.ts'
import { type CompileOptions, compile, passes } from '../../compiler/index.ts'
import { checkPaths } from '../../compiler/project/index.ts'
import type { Model } from '../../language/index.ts'
import { type KnownParts, policyViolation, validatorsViolation } from '../../runtime/abi/allowlist/index.ts'
import { readConstructs } from '../../spec/conformance/cases.ts'
import { generatePolicy } from '../../spec/differential/generate/policy.ts'
import { readPolicy } from '../../spec/differential/read-policy.ts'
import { imported } from '../schemas/door.ts'
import type { SchemaCase, SchemaObject } from '../schemas/schema-case.ts'
import { SCHEMAS } from '../schemas/schemas.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const SEEDS = process.env.IAP_FULL === '1' ? 2_000 : 10

const known: CompiledSchemas = new Map()
const parts: KnownParts = new Map()

function violations(model: Model, options: CompileOptions = {}): readonly unknown[] {
  const { policy, schemas } = compile(model, options)
  const violation = policyViolation(policy)
  expect(policyViolation(policy, parts)).toEqual(violation)
  return [violation, validatorsViolation(standaloneValidators(schemas, known))]
}

const NONE = [null, null]

it.each(readConstructs().map(({ name, model }) => [name, model] as const))('conformance: %s', (_, model) => {
  expect(violations(model)).toEqual(NONE)
  expect(violations(model, { passes: [] })).toEqual(NONE)
})

const EXAMPLES = readdirSync(`${root}examples`, { withFileTypes: true }).filter((entry) => entry.isDirectory())

it.each([...EXAMPLES.map(({ name }) => `examples/${name}/policies`), 'cli/templates/default/policies'])('%s', (folder) => {
  const { model } = checkPaths({ ...nodeIo(''), cwd: root }, [folder])
  if (model === null) throw new Error('it has errors')
  expect(violations(model)).toEqual(NONE)
})

// The full size takes longer than the default time-out.
it(`${SEEDS} generated policies, by all passes and by one of them`, { timeout: 600_000 }, () => {
  let policies = 0
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const read = readPolicy(generatePolicy(seed))
    if (!('model' in read)) continue
    policies += 1
    expect(violations(read.model), `seed ${seed}`).toEqual(NONE)
    const one = passes[seed % passes.length]
    expect(violations(read.model, { passes: one === undefined ? [] : [one] }), `seed ${seed}, a pass alone`).toEqual(NONE)
  }
  expect(policies).toBeGreaterThan(SEEDS * 0.9)
})

const text = { type: 'string' } as const
const when = (test: SchemaObject, then: SchemaObject, otherwise: SchemaObject): SchemaObject =>
  Object.fromEntries([
    ['if', test],
    ['then', then],
    ['else', otherwise],
  ])
const closing = { unevaluatedProperties: false } as const

/** What the cases of `tests/schemas` leave out, and names that mean something to JavaScript or look like something else. */
const KEYWORDS: Readonly<Record<string, SchemaObject>> = {
  'members that only alternatives name': {
    type: 'object',
    properties: { a: text },
    anyOf: [{ properties: { b: text }, required: ['b'] }, { properties: { c: text } }],
    ...closing,
  },
  'members that a reference names': {
    $ref: '#/$defs/base',
    ...closing,
    $defs: { base: { type: 'object', properties: { a: text } } },
  },
  'members that one of several names': {
    type: 'object',
    oneOf: [
      { properties: { k: { const: 'x' }, b: text }, required: ['k'] },
      { properties: { k: { const: 'y' } }, required: ['k'] },
    ],
    ...closing,
  },
  'members that a condition names': {
    type: 'object',
    ...when({ properties: { k: { const: 1 } } }, { properties: { b: text } }, { properties: { c: text } }),
    properties: { k: { type: 'integer' } },
    ...closing,
  },
  'members that others ask for': {
    type: 'object',
    properties: { a: text, b: text },
    dependentSchemas: { a: { properties: { d: text }, required: ['d'] } },
    dependentRequired: { b: ['a'] },
    ...closing,
  },
  'patterns of names': { type: 'object', patternProperties: { '^x-': text, '[^\\w/]$': { type: 'integer' } }, ...closing },
  'a schema for what is left': {
    type: 'object',
    properties: { a: text },
    anyOf: [{ properties: { b: text } }],
    unevaluatedProperties: { type: 'integer' },
  },
  'elements that are left': {
    type: 'object',
    properties: {
      a: { type: 'array', prefixItems: [text], anyOf: [{ prefixItems: [true, { type: 'integer' }] }], unevaluatedItems: false },
      b: { type: 'array', contains: { const: 1 }, minContains: 2, maxContains: 3 },
      c: { type: 'array', contains: { type: 'string' }, unevaluatedItems: { type: 'integer' } },
      d: { type: 'array', contains: { type: 'integer' }, minContains: 0, maxContains: 2 },
      e: { type: 'array', contains: { type: 'integer' }, minContains: 0 },
      f: { type: 'array', contains: { type: 'integer' }, minContains: 3, maxContains: 2 },
    },
  },
  'values of all kinds': {
    type: 'object',
    properties: {
      a: { enum: [1, 'two', null, true, { three: [3] }] },
      b: { const: { four: 4 } },
      c: { type: ['string', 'null', 'integer'] },
      d: { type: 'number', multipleOf: 0.1, exclusiveMinimum: -1, exclusiveMaximum: 1e21 },
      e: { enum: Array.from({ length: 200 }, (_, at) => `v${at}`) },
      f: true,
      g: false,
      h: { not: { type: 'integer' } },
      i: { not: {} },
      j: { type: 'integer', format: 'int64' },
      k: { type: 'string', format: 'date-time', minLength: 1, maxLength: 40 },
      l: { type: 'string', format: 'uuid' },
      m: { type: 'string', format: 'unheard-of' },
    },
    minProperties: 1,
    propertyNames: { maxLength: 20, pattern: '^[a-z]+$', not: { const: 'z' } },
  },
  'a schema in itself': {
    type: 'object',
    properties: { children: { type: 'array', items: { $ref: '#' }, uniqueItems: true }, of: { $ref: '#/$defs/a' } },
    $defs: {
      a: { type: 'object', properties: { b: { $ref: '#/$defs/b' } } },
      b: { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, ...closing },
    },
  },
  'names of JavaScript': {
    type: 'object',
    properties: Object.fromEntries(
      ['constructor', 'prototype', 'hasOwnProperty', 'toString', 'eval', 'process', 'length', 'name'].map((name) => [name, text]),
    ),
    required: ['constructor', 'toString'],
    additionalProperties: false,
  },
  'texts of code': {
    type: 'object',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
    description: '*/ process.exit() /* \u2028 ` ${process} </script> \u202e',
    properties: {
      '"]; process.exit(); //': text,
      '\u2028é\u0000': { const: '\u2029`' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
      "'\\": { enum: ['\\"', '\u202e', '${a}'] },
    },
    required: ['"]; process.exit(); //'],
    additionalProperties: { pattern: '[\'"`/]\\u{2028}' },
  },
}

describe('code of ajv', () => {
  it.each(SCHEMAS.map((one) => [one.dialect, one.name, one] as const))('%s: %s', (_, __, one) => {
    const { model } = imported(one)
    if (model === null) throw new Error('it was not imported')
    expect(violations(model)).toEqual(NONE)
  })

  it.each(Object.entries(KEYWORDS))('%s', (name, schema) => {
    // Of a body that may be anything, as not all of these become a type.
    const one: SchemaCase = { name, dialect: 'draft 2020-12', schema, type: '' }
    const { model } = imported(one)
    const source = model?.routes[0]?.body?.schema ?? schema
    const code = standaloneValidators({
      claims: {},
      data: {},
      bodies: { 's.post': { type: { type: 'object' }, source: source as never } },
    })
    expect(validatorsViolation(code)).toBeNull()
    if (model !== null) expect(violations(model)).toEqual(NONE)
  })
})
