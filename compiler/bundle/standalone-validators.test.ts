import { describe, expect, it } from 'vitest'
import { helpers, type Validators } from '../../runtime/abi/index.ts'
import type { InputSchemas } from '../compiled.ts'
import { standaloneValidators } from './index.ts'

function load(code: string): Validators {
  return new Function('abi', code)(helpers) as Validators
}

function ofClaims(claims: InputSchemas['claims']): string {
  return standaloneValidators({ claims, data: {}, bodies: {} })
}

describe('standaloneValidators', () => {
  it('returns a validator for each identity, and tells where claims do not fit', () => {
    const validators = load(
      ofClaims({
        staff: { type: 'object', properties: { groups: { type: 'array', items: { type: 'string' } } }, required: ['groups'] },
        partner: { type: 'object', properties: { tier: { type: 'string', enum: ['gold', 'plain'] } } },
      }),
    )
    expect(Object.keys(validators.claims).sort()).toEqual(['partner', 'staff'])
    expect(validators.claims.staff?.({ groups: ['a'] })).toBe(true)
    expect(validators.claims.staff?.({ groups: 'a' })).toBe(false)
    expect(validators.claims.staff?.errors?.[0]?.instancePath).toBe('/groups')
    expect(validators.claims.partner?.({ tier: 'silver' })).toBe(false)
  })

  it('looks a value up in a long enumeration', () => {
    const values = Array.from({ length: 100_000 }, (_, at) => `v${at}\u2028`)
    const validators = load(ofClaims({ staff: { type: 'object', properties: { v: { enum: values } }, required: ['v'] } }))
    expect(validators.claims.staff?.({ v: 'v99999\u2028' })).toBe(true)
    expect(validators.claims.staff?.({ v: 'v100000\u2028' })).toBe(false)
    expect(validators.claims.staff?.errors?.[0]).toMatchObject({ instancePath: '/v', keyword: 'enum' })
    const mixed = [...values.slice(0, 200), 1, true, null]
    // Only an imported schema mixes.
    const body = { type: {}, source: { type: 'object', properties: { v: { enum: mixed } } } }
    const others = load(standaloneValidators({ claims: {}, data: {}, bodies: { 's.r': body } }))
    for (const [v, fits] of [
      [1, true],
      ['1', false],
      [true, true],
      [null, true],
      [0, false],
      [[], false],
    ] as const)
      expect(others.bodies['s.r']?.({ v }), JSON.stringify(v)).toBe(fits)
  })

  it('asks for many fields', () => {
    const names = Array.from({ length: 1000 }, (_, at) => `f${at}`)
    const properties = Object.fromEntries(names.map((name) => [name, {}]))
    const code = ofClaims({ staff: { type: 'object', properties, required: names } })
    expect(code).not.toContain('for (const')
    const whole = Object.fromEntries(names.map((name) => [name, 1]))
    const { f777: _, ...rest } = whole
    expect([load(code).claims.staff?.(whole), load(code).claims.staff?.(rest)]).toEqual([true, false])
  })

  it('does not depend on the order in which identities come', () => {
    const a = { type: 'object' } as const
    const b = { type: 'object', required: ['x'], properties: { x: {} } } as const
    expect(ofClaims({ b, a })).toBe(ofClaims({ a, b }))
  })

  it('takes only what the object itself has: no claim is inherited', () => {
    const schema = {
      type: 'object',
      properties: { constructor: {}, toString: {} },
      required: ['constructor', 'toString'],
    } as const
    const validators = load(ofClaims({ staff: schema }))
    expect(validators.claims.staff?.({})).toBe(false)
    expect(validators.claims.staff?.(JSON.parse('{"constructor":1,"toString":2}'))).toBe(true)
  })

  it('stands alone even where a large enumeration or a length is checked', () => {
    const values = Array.from({ length: 500 }, (_, at) => `v${at}`)
    const code = ofClaims({
      staff: { type: 'object', properties: { a: { type: 'string', enum: values }, b: { type: 'string', maxLength: 3 } } },
    })
    expect(load(code).claims.staff?.({ a: 'v499', b: 'abc' })).toBe(true)
    expect(load(code).claims.staff?.({ a: 'v500' })).toBe(false)
  })

  const words = [
    'require',
    'import',
    'exports',
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'default',
    'class',
    'eval',
  ]

  it.each([...words, 'a.b', 'x"y', "x'y", 'a\\b', 'a\u2028b', '*/', '`', ']);process.exit(1)//'])(
    'takes a claim named %j',
    (name) => {
      const schema = { type: 'object', properties: { [name]: { type: 'string' } }, required: [name] }
      const validators = load(ofClaims({ staff: schema as never }))
      expect(validators.claims.staff?.({ [name]: 'x' })).toBe(true)
      expect(validators.claims.staff?.({ [name]: 1 })).toBe(false)
      expect(validators.claims.staff?.({})).toBe(false)
    },
  )

  it.each([...words, '__proto__', 'validate10', 'validate11', 'schema11', 'vErrors', 'func0', 'Object'])(
    'takes an identity named %j',
    (name) => {
      const of = (claim: string) => ({ type: 'object', properties: { [claim]: { type: 'string' } }, required: [claim] })
      const claims = Object.fromEntries([
        [name, of('a')],
        ['staff', of('b')],
      ])
      const validators = load(ofClaims(claims as never))
      expect(Object.keys(validators.claims).sort()).toEqual([name, 'staff'].sort())
      expect([validators.claims[name]?.({ a: 'x' }), validators.claims[name]?.({ b: 'x' })]).toEqual([true, false])
      expect([validators.claims.staff?.({ a: 'x' }), validators.claims.staff?.({ b: 'x' })]).toEqual([false, true])
    },
  )

  it('keeps the words of a policy inert', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to be text
    const nasty = '");process.exit()//`${1}\u2028 require("fs") import("x")'
    const code = ofClaims({ staff: { type: 'object', properties: { [nasty]: { type: 'string', enum: [nasty] } } } })
    expect(load(code).claims.staff?.({ [nasty]: nasty })).toBe(true)
  })

  it('refuses a schema that is not one: our mistake, so an exception', () => {
    expect(() => ofClaims({ staff: { type: 'thing' } as never })).toThrow()
    expect(() => ofClaims({ staff: { typo: 1 } as never })).toThrow()
  })

  it('keeps the rooms apart, whatever names they have in common', () => {
    const of = (name: string) => ({ type: 'object', properties: { [name]: {} }, required: [name] }) as const
    const validators = load(
      standaloneValidators({
        claims: { one: of('a') },
        data: { one: of('b'), constructor: of('c') } as never,
        bodies: { 's.one': { type: of('d'), source: null } },
      }),
    )
    expect(validators.claims.one?.({ a: 1 })).toBe(true)
    expect(validators.data.one?.({ b: 1 })).toBe(true)
    expect(validators.data.constructor?.({ c: 1 })).toBe(true)
    expect(validators.bodies['s.one']?.({ d: 1 })).toBe(true)
    expect(validators.bodies.one).toBeUndefined()
    for (const room of [validators, validators.claims, validators.data, validators.bodies])
      expect(Object.isFrozen(room)).toBe(true)
  })
})

describe('a body whose type was imported', () => {
  const type = { type: 'object', properties: { id: { type: 'string' } } } as const
  const bodyOf = (source: object | boolean) => {
    const validators = load(standaloneValidators({ claims: {}, data: {}, bodies: { 's.r': { type, source: source as never } } }))
    return validators.bodies['s.r'] as Validators['bodies'][string]
  }

  it('fits both the type and the schema, and says what it does not fit', () => {
    const validate = bodyOf({ type: 'object', properties: { n: { multipleOf: 5 } }, required: ['id'] })
    expect(validate({ id: 'a', n: 10 })).toBe(true)
    expect(validate.errors).toBeNull()
    expect([validate({ id: 1 }), validate.errors?.[0]?.instancePath]).toEqual([false, '/id'])
    expect([validate({ id: 'a', n: 7 }), validate.errors?.[0]?.instancePath]).toEqual([false, '/n'])
    expect(validate({})).toBe(false)
    expect(bodyOf(true)({})).toBe(true)
    expect(bodyOf(false)({})).toBe(false)
  })

  it('may be recursive, ask for formats and compare values', () => {
    const tree = {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          properties: {
            children: { type: 'array', items: { $ref: '#/$defs/node' }, uniqueItems: true },
            mail: { type: 'string', format: 'email' },
            count: { format: 'int32' },
            kind: { enum: [{ a: [1, { b: null }] }, 'x'] },
            only: { const: { a: 1 } },
            name: { type: 'string', minLength: 2 },
          },
          unevaluatedProperties: false,
        },
      },
    }
    const validate = bodyOf(tree)
    for (const body of [
      { children: [{ children: [] }, {}] },
      { mail: 'a@b.example', count: 7 },
      { kind: { a: [1, { b: null }] }, only: { a: 1 } },
      { name: '😀😀' },
    ])
      expect([body, validate(body)]).toEqual([body, true])
    for (const body of [
      { children: [{ children: [7] }] },
      { children: [{}, {}] },
      { mail: 'a' },
      { count: 2 ** 40 },
      { kind: { a: [1, {}] } },
      { only: {} },
      { name: '😀' },
      { other: 1 },
      JSON.parse('{"__proto__":1}'),
    ])
      expect([body, validate(body)]).toEqual([body, false])
  })

  it('asks for patterns in linear time', () => {
    const validate = bodyOf({
      properties: { id: { pattern: '^(a+)+$' } },
      patternProperties: { '^x-(?=a)': { type: 'integer' } },
    })
    expect(validate({ id: 'aaa', 'x-a': 1, 'x-b': 'b' })).toBe(true)
    // Backtracking never ends here.
    expect(validate({ id: `${'a'.repeat(5_000)}!` })).toBe(false)
    expect(validate({ id: 'a', 'x-a': 'a' })).toBe(false)
  })

  it('is checked for repetitions', () => {
    const validate = bodyOf({ properties: { list: { uniqueItems: true }, free: { uniqueItems: false } } })
    const list = Array.from({ length: 1_000 }, (_, at) => [at])
    expect(validate({ list, free: [1, 1] })).toBe(true)
    expect([validate({ list: [...list, [7]] }), validate.errors?.[0]]).toMatchObject([false, { instancePath: '/list' }])
  })

  it('is refused where the schema asks for ever', () => {
    // Each level is looked at twice, once for each way.
    const node = { allOf: [{ $ref: '#/$defs/base' }, { properties: { child: { $ref: '#/$defs/node' } } }] }
    const base = { type: 'object', properties: { child: { $ref: '#/$defs/node' } } }
    const validate = bodyOf({ $ref: '#/$defs/node', $defs: { node, base } })
    const nested = (levels: number) => JSON.parse(`${'{"child":'.repeat(levels)}{}${'}'.repeat(levels)}`)
    expect(validate(nested(6))).toBe(true)
    expect([validate(nested(62)), validate.errors?.[0]?.message]).toEqual([false, 'takes too many steps to check'])
    expect(validate({ child: { child: 7 } })).toBe(false)
    expect(validate({ child: { child: {} } })).toBe(true)
  })

  it('may have a hundred alternatives, on each of 64 levels, and many values', () => {
    const kind = (at: number) => ({
      type: 'object',
      required: [`k${at}`],
      properties: { [`k${at}`]: { type: 'array', items: { $ref: '#/$defs/node' } } },
    })
    const kinds = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`kind${at}`, kind(at)]))
    const node = { oneOf: Object.keys(kinds).map((name) => ({ $ref: `#/$defs/${name}` })) }
    const validate = bodyOf({ $ref: '#/$defs/node', $defs: { node, ...kinds } })
    let deep: object = { k99: [] }
    for (let level = 0; level < 31; level += 1) deep = { [`k${level}`]: [deep] }
    expect(validate(deep)).toBe(true)
    expect(validate({ k0: Array.from({ length: 5_000 }, () => ({ k99: [] })) })).toBe(true)
    expect(validate({ k0: [{ k100: [] }] })).toBe(false)
  })

  it('stands alone: two routes may share one schema', () => {
    const source = { type: 'object', format: 'uuid', $defs: { x: { type: 'string' } } }
    const code = standaloneValidators({ claims: {}, data: {}, bodies: { 's.a': { type, source }, 's.b': { type, source } } })
    expect(load(code).bodies['s.b']?.({})).toBe(true)
    expect(code).not.toMatch(/require\(/)
  })
})
