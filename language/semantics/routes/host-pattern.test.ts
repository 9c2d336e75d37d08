import { describe, expect, it } from 'vitest'
import { parseHost } from './host-pattern.ts'

describe('parseHost', () => {
  it('reads literals and patterns', () => {
    expect(parseHost('orders.shop.example')).toEqual({
      ok: true,
      host: { text: 'orders.shop.example', wildcard: false, param: null, rest: 'orders.shop.example' },
    })
    expect(parseHost('*.shop.example')).toMatchObject({ host: { wildcard: true, param: null, rest: '.shop.example' } })
    expect(parseHost('{shopName}.shop.example')).toMatchObject({ host: { param: 'shopName', rest: '.shop.example' } })
    expect(parseHost('{tenant}.shop.example')).toMatchObject({ host: { wildcard: true, param: 'tenant', rest: '.shop.example' } })
  })

  it.each([
    '',
    'Orders.example',
    '{tenant}.Orders.example',
    'a.example:8080',
    'https://a.example',
    '*',
    '{tenant}',
    'a.*.example',
    '*a.example',
    'a..example',
    'a.example.',
    '-a.example',
    'a b.example',
    '{__proto__}.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}b`,
  ])('refuses %j', (text) => {
    expect(parseHost(text).ok).toBe(false)
  })
})
