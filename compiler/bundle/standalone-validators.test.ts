import { describe, expect, it } from 'vitest'
import type { Validators } from '../../runtime/abi/index.ts'
import { standaloneValidators } from './index.ts'

function load(code: string): Validators {
  return new Function(code)() as Validators
}

describe('standaloneValidators', () => {
  it('returns a validator for each identity, and tells where claims do not fit', () => {
    const validators = load(
      standaloneValidators({
        staff: { type: 'object', properties: { groups: { type: 'array', items: { type: 'string' } } }, required: ['groups'] },
        partner: { type: 'object', properties: { tier: { type: 'string', enum: ['gold', 'plain'] } } },
      }),
    )
    expect(Object.keys(validators).sort()).toEqual(['partner', 'staff'])
    expect(validators.staff?.({ groups: ['a'] })).toBe(true)
    expect(validators.staff?.({ groups: 'a' })).toBe(false)
    expect(validators.staff?.errors?.[0]?.instancePath).toBe('/groups')
    expect(validators.partner?.({ tier: 'silver' })).toBe(false)
  })

  it('does not depend on the order in which identities come', () => {
    const a = { type: 'object' } as const
    const b = { type: 'object', required: ['x'], properties: { x: {} } } as const
    expect(standaloneValidators({ b, a })).toBe(standaloneValidators({ a, b }))
  })

  it('takes only what the object itself has: no claim is inherited', () => {
    const schema = {
      type: 'object',
      properties: { constructor: {}, toString: {} },
      required: ['constructor', 'toString'],
    } as const
    const validators = load(standaloneValidators({ staff: schema }))
    expect(validators.staff?.({})).toBe(false)
    expect(validators.staff?.(JSON.parse('{"constructor":1,"toString":2}'))).toBe(true)
  })

  it('stands alone even where a large enumeration or a length is checked', () => {
    const values = Array.from({ length: 500 }, (_, at) => `v${at}`)
    const code = standaloneValidators({
      staff: { type: 'object', properties: { a: { type: 'string', enum: values }, b: { type: 'string', maxLength: 3 } } },
    })
    expect(load(code).staff?.({ a: 'v499', b: 'abc' })).toBe(true)
    expect(load(code).staff?.({ a: 'v500' })).toBe(false)
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
      const validators = load(standaloneValidators({ staff: schema as never }))
      expect(validators.staff?.({ [name]: 'x' })).toBe(true)
      expect(validators.staff?.({ [name]: 1 })).toBe(false)
      expect(validators.staff?.({})).toBe(false)
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
      const validators = load(standaloneValidators(claims as never))
      expect(Object.keys(validators).sort()).toEqual([name, 'staff'].sort())
      expect([validators[name]?.({ a: 'x' }), validators[name]?.({ b: 'x' })]).toEqual([true, false])
      expect([validators.staff?.({ a: 'x' }), validators.staff?.({ b: 'x' })]).toEqual([false, true])
    },
  )

  it('keeps the words of a policy inert', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to be text
    const nasty = '");process.exit()//`${1}\u2028 require("fs") import("x")'
    const code = standaloneValidators({ staff: { type: 'object', properties: { [nasty]: { type: 'string', enum: [nasty] } } } })
    expect(load(code).staff?.({ [nasty]: nasty })).toBe(true)
  })

  it('refuses a schema that is not one: our mistake, so an exception', () => {
    expect(() => standaloneValidators({ staff: { type: 'thing' } as never })).toThrow()
    expect(() => standaloneValidators({ staff: { typo: 1 } as never })).toThrow()
  })
})
