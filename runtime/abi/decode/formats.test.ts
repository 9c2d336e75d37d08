import { expect, test } from 'vitest'
import { formats } from './formats.ts'

test.each<[string, readonly unknown[], readonly unknown[]]>([
  ['date', ['2024-02-29', '0001-12-31'], ['2023-02-29', '2024-13-01', '2024-2-1', '2024-01-01T', '']],
  [
    'time',
    ['00:00:00Z', '23:59:60Z', '01:29:60.5+01:30', '12:00:00.123-05:00'],
    ['24:00:00Z', '12:00:00', '12:00:60Z', '12:00Z'],
  ],
  [
    'date-time',
    ['2026-01-01T00:00:00Z', '2026-01-01t00:00:00.1+23:59'],
    ['2026-01-01 00:00:00Z', '2026-01-01', '2026-02-30T00:00:00Z'],
  ],
  ['duration', ['P1D', 'P1Y2M3DT4H5M6S', 'PT1S', 'P3W'], ['P', 'PT', '1D', 'P1S', 'P1WT1H', 'P1.5D']],
  ['email', ['a@b.example', "o'x+y.z@b-c.example"], ['a@b', 'a', '@b.example', 'a.@b.example', 'a b@c.example', 'a@-b.example']],
  ['hostname', ['a', 'a-1.example', 'a.example.'], ['', '-a', 'a_b', 'a..b', `${'a'.repeat(64)}.example`]],
  ['ipv4', ['192.0.2.1', '0.0.0.0', '255.255.255.255'], ['256.0.0.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.4.']],
  ['ipv6', ['::', '2001:db8::1', '::ffff:1.2.3.4'], ['1.2.3.4', ':::', '1::2::3', 'fe80::1%1', '12345::']],
  [
    'uri',
    ['https://a.example/b?c=d#e', 'urn:a:b', 'https://[::1]:8080/', 'mailto:a@b.example', 'a:'],
    ['/a', 'a b:c', 'https://a/%zz', 'https://[x]/', 'a:#b#c', '1a:b', 'a:[b]'],
  ],
  ['uri-reference', ['', '/a', '?b', '#c', '//h/p', 'a/b:c', 'https://a/'], ['a b', '#a#b', ':a', '\\', '1:a']],
  ['uri-template', ['', '/a/{b}', '{+a,b:3,c*}', '/%20{?x}'], ['{', '}', '{}', '{a', '/ {a}', '{a b}']],
  [
    'uuid',
    ['00000000-0000-0000-0000-00000000000F'],
    ['00000000-0000-0000-0000-00000000000', '{00000000-0000-0000-0000-000000000000}', 'g0000000-0000-0000-0000-000000000000'],
  ],
  ['json-pointer', ['', '/a~0b/~1', '/'], ['a', '/~', '/~2']],
  ['relative-json-pointer', ['0', '1/a', '2#'], ['', '-1', '01', '/a', '1#/a']],
  ['regex', ['a+', '[\\p{L}]'], ['(', '[b-a]', '\\y']],
  ['byte', ['', 'YQ==', 'YWI=', 'YWJj'], ['YQ', 'YQ=', '===', 'YQ==\n']],
  ['int32', [0, -(2 ** 31), 2 ** 31 - 1], [2 ** 31, 0.5]],
  ['int64', [0, 2 ** 62], [2 ** 64, 0.5]],
])('%s', (name, fitting, others) => {
  const format = formats[name]
  const fits = (value: unknown) => (typeof format === 'function' ? format(value as string) : format?.validate(value as number))
  for (const value of fitting) expect([value, fits(value)]).toEqual([value, true])
  for (const value of others) expect([value, fits(value)]).toEqual([value, false])
})
