import { describe, expect, test } from 'vitest'
import { closed, keys } from './closed.ts'
import {
  address,
  bool,
  type Convert,
  claimTimestamp,
  DecodeError,
  double,
  duration,
  few,
  integer,
  list,
  literal,
  map,
  member,
  network,
  optional,
  reading,
  set,
  string,
  timestamp,
} from './convert.ts'

const currency: Convert<string> = (value) => literal(value, new Set(['EUR', 'USD']))

test.each<[string, Convert<unknown>, unknown, unknown]>([
  ['bool', bool, true, true],
  ['int', integer, 1.0, 1],
  ['int', integer, -0, 0],
  ['int', integer, 2 ** 53 - 1, 2 ** 53 - 1],
  ['double', double, 1, 1],
  ['double', double, -0, 0],
  ['string', string, '', ''],
  ['string', string, '😀', '😀'],
  ['literals', currency, 'EUR', 'EUR'],
  ['timestamp', timestamp, '1970-01-01T00:00:01.5+00:00', 1_500_000_000n],
  ['claim timestamp', claimTimestamp, '1970-01-01T00:00:01Z', 1_000_000_000n],
  ['claim timestamp', claimTimestamp, 1, 1_000_000_000n],
  ['claim timestamp', claimTimestamp, 1.2345, 1_235_000_000n],
  ['claim timestamp', claimTimestamp, -1, -1_000_000_000n],
  ['duration', duration, '1m0.5s', 60_500_000_000n],
  ['ip', address, '::ffff:192.0.2.1', '192.0.2.1'],
  ['ip', address, '2001:DB8:0::1', '2001:db8::1'],
  ['cidr', network, '10.1.2.3/8', '10.1.2.3/8'],
  ['list', (value) => list(value, integer), [2, 1, 2], [2, 1, 2]],
  ['set', (value) => set(value, string), ['a', 'a'], new Set(['a'])],
  [
    'map',
    (value) => map(value, integer),
    JSON.parse('{"__proto__":1,"b":2}'),
    new Map([
      ['__proto__', 1],
      ['b', 2],
    ]),
  ],
  ['optional', (value) => optional(value, integer), null, undefined],
  ['optional', (value) => optional(value, integer), undefined, undefined],
])('%s: %j', (_, convert, json, value) => {
  expect(convert(json)).toEqual(value)
})

test.each<[string, Convert<unknown>, readonly unknown[]]>([
  ['bool', bool, [0, 'true', null, undefined]],
  ['int', integer, ['1', 1.5, 2 ** 53, Number.POSITIVE_INFINITY, null, true, {}]],
  ['double', double, ['1', Number.POSITIVE_INFINITY, Number.NaN, null]],
  ['string', string, [1, null, ['a'], '\ud800', 'a\udc00b']],
  ['literals', currency, ['eur', 1, null, ['EUR']]],
  ['timestamp', timestamp, ['2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', 1, null]],
  ['claim timestamp', claimTimestamp, [1e20, Number.NaN, Number.POSITIVE_INFINITY, '1', true, null]],
  ['duration', duration, ['1 h', '1', 1, null, '']],
  ['ip', address, ['1.2.3', '01.2.3.4', 'fe80::1%eth0', 'localhost', 1, null]],
  ['cidr', network, ['10.0.0.0', '10.0.0.0/33', '::/129', 1, null]],
  ['list', (value) => list(value, integer), [{}, 'a', null, [1, 'a'], [[1]], { length: 1, 0: 1 }]],
  ['set', (value) => set(value, string), [{}, [1], null]],
  ['map', (value) => map(value, integer), [[], null, 'a', { a: 'b' }, { '\ud800': 1 }]],
  ['optional', (value) => optional(value, integer), ['1', false]],
])('%s does not take', (_, convert, others) => {
  for (const json of others) expect(() => convert(json), JSON.stringify(json)).toThrow(DecodeError)
})

test('no more elements than may be', () => {
  for (const value of [[1, 2], { a: 1, b: 2 }, [], {}, 'abc', 3, null, undefined]) expect(few(value, 2)).toBe(value)
  for (const value of [[1, 2, 3], { a: 1, b: 2, c: 3 }, JSON.parse('{"__proto__":1,"b":2,"c":3}')])
    expect(() => few(value, 2), JSON.stringify(value)).toThrow(DecodeError)
})

describe('members', () => {
  test('own ones alone, through objects alone', () => {
    expect(member({ a: { b: 1 } }, 'a', 'b')).toBe(1)
    expect(member({ a: null }, 'a', 'b')).toBeUndefined()
    expect(member({}, 'constructor', 'name')).toBeUndefined()
    expect(member({}, '__proto__')).toBeUndefined()
    expect(member(JSON.parse('{"__proto__":{"a":1}}'), '__proto__', 'a')).toBe(1)
    expect(() => member({ a: 'text' }, 'a', 'length')).toThrow(DecodeError)
    expect(() => member({ a: [1] }, 'a', '0')).toThrow(DecodeError)
  })

  test('a closed record has no others, on the way to nested fields neither', () => {
    const allowed = keys([['a'], ['b', 'c'], ['b', 'd', 'e'], ['f', 'g'], ['f']])
    for (const json of [{}, { a: { x: 1 } }, { b: null }, { b: { c: 1, d: { e: 2 } } }, { f: { x: 1 } }])
      expect(closed(json, allowed)).toBe(json)
    for (const json of [
      { x: 1 },
      { b: { x: 1 } },
      { b: { d: { x: 1 } } },
      { b: 'text' },
      { b: [] },
      JSON.parse('{"__proto__":1}'),
      { constructor: 1 },
      [],
      null,
    ])
      expect(() => closed(json, allowed), JSON.stringify(json)).toThrow(DecodeError)
  })
})

test('whatever goes wrong while data or a body is read is a value that does not fit', () => {
  expect(reading(integer)('1')).toBeUndefined()
  const fails = reading(() => {
    throw new RangeError('Set maximum size exceeded')
  })
  expect(fails({})).toBeUndefined()
  expect(reading(bool)(false)).toBe(false)
})
