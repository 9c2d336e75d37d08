import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalHost } from './host.ts'

const FULL = process.env.IAP_FULL === '1'

describe('an authority', () => {
  test.each([
    ['app.test', 'app.test', null],
    ['APP.Test', 'app.test', null],
    ['app.test.', 'app.test', null],
    ['app.test.:8080', 'app.test', 8080],
    ['app.test:1', 'app.test', 1],
    ['app.test:65535', 'app.test', 65535],
    ['localhost', 'localhost', null],
    ['my_service.default-1', 'my_service.default-1', null],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example', null],
    ['1.example', '1.example', null],
    ['127.0.0.1:80', '127.0.0.1', 80],
    ['127.0.0.1.', '127.0.0.1', null],
    ['[::1]', '[::1]', null],
    ['[2001:DB8:0::1]:8443', '[2001:db8::1]', 8443],
    [`${'a'.repeat(63)}.test`, `${'a'.repeat(63)}.test`, null],
  ])('%s', (text, host, port) => {
    expect(canonicalHost(text)).toEqual({ host, port })
  })

  test.each([
    '',
    '.',
    '..',
    '.test',
    'app..test',
    'app.test..',
    'good@evil',
    'user:pass@app.test',
    'a b',
    ' app.test',
    'app.test\t',
    'app.test/',
    'app.test/x',
    'app.test?x',
    'app.test#x',
    'app.test\\x',
    'app.test,other.test',
    'app%2etest',
    '%61pp.test',
    'app.test:',
    'app.test:0',
    'app.test:080',
    'app.test:99999',
    'app.test:65536',
    'app.test:-1',
    'app.test:80:80',
    'app.test:8o',
    '*.test',
    'a|b',
    'a\u0000b',
    'bücher.example',
    '\u212aelvin.test',
    'app\u3002test',
    `${'a'.repeat(64)}.test`,
    `${'a.'.repeat(127)}a`,
    '::1',
    '[::1',
    '[::1]x',
    '[::1]:',
    '[::1]:0',
    '[]',
    '[app.test]',
    '[127.0.0.1]',
    '[::ffff:127.0.0.1]',
    '[fe80::1%eth0]',
    '[fe80::1%25eth0]',
    '[v1.x]',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '127.0.0.0x',
    '0177.0.0.1',
    '127.0.0.01',
    '1.2.3.256',
    '1.2.3.4.5',
  ])('that is refused: %j', (text) => {
    expect(canonicalHost(text)).toBeNull()
  })
})

const spelled = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'aAzZ09-_..::@[]%/\\ '),
    fc.constantFrom('app', 'test', '127.0.0.1', '::1', ':80', '0x7f', '\u212a', '。'),
  ),
  maxLength: 12,
})

describe('properties of hosts', () => {
  const runs = { seed: 2, numRuns: FULL ? 10_000 : 2_000 }

  test('what is accepted is canonical, and canonical again', () => {
    fc.assert(
      fc.property(spelled, (text) => {
        const authority = canonicalHost(text)
        if (authority === null) return
        expect(authority.host).toMatch(/^([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])$/)
        const written = authority.port === null ? authority.host : `${authority.host}:${authority.port}`
        expect(canonicalHost(written)).toEqual(authority)
      }),
      runs,
    )
  })

  test('neither case nor one dot at the end changes the host', () => {
    const name = fc
      .array(fc.stringMatching(/^[a-z0-9_-]{1,10}$/), { minLength: 1, maxLength: 4 })
      .map((labels) => labels.join('.'))
    fc.assert(
      fc.property(name, (text) => {
        expect(canonicalHost(text.toUpperCase())).toEqual(canonicalHost(text))
        expect(canonicalHost(`${text}.`)).toEqual(canonicalHost(text))
      }),
      runs,
    )
  })

  test('an accepted host means the same to a URL parser', () => {
    fc.assert(
      fc.property(spelled, (text) => {
        const authority = canonicalHost(text)
        if (authority === null || authority.host.startsWith('xn--')) return
        const url = new URL(`http://${authority.host}/`)
        expect(url.hostname).toBe(authority.host)
      }),
      runs,
    )
  })
})
