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
    expect(parseHost('192.0.2.1')).toMatchObject({ host: { wildcard: false, rest: '192.0.2.1' } })
    expect(parseHost('7.example')).toMatchObject({ ok: true })
    expect(parseHost('a.7e')).toMatchObject({ ok: true })
    expect(parseHost('{tenant}.shop.example')).toMatchObject({ host: { wildcard: true, param: 'tenant', rest: '.shop.example' } })
  })

  it.each([
    ['https://a.example:8080/x', 'a.example'],
    ['a.example:8080', 'a.example'],
    ['Orders.Example', 'orders.example'],
    ['{tenantName}.Orders.example', '{tenantName}.orders.example'],
    ['https://A..example/', null],
    ['café.example', null],
    ['-a.example', null],
  ])('%s is meant as %s', (text, instead) => expect(parseHost(text)).toMatchObject({ ok: false, instead }))

  it('names the label that is not ASCII', () => {
    expect(parseHost('www.café.example')).toMatchObject({ why: expect.stringContaining('`café` is not ASCII') })
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
    '[::1]',
    '1.2.3',
    '1.2.3.04',
    '1.2.3.256',
    '*.2.3.4',
    '{a}.2.3.4',
    '0x7f.1',
    'a.0x',
    'a.example.7',
    '7',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}b`,
  ])('refuses %j', (text) => {
    expect(parseHost(text).ok).toBe(false)
  })
})
