import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { helpers } from './helpers.ts'

const { claim, codePoints, compare, door, int } = helpers

describe('text', () => {
  test('compare goes by code point', () => {
    const points = (text: string) => [...text].map((c) => (c.codePointAt(0) ?? 0).toString(16).padStart(6, '0')).join(' ')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const expected = points(a) < points(b) ? -1 : a === b ? 0 : 1
        expect(Math.sign(compare(a, b))).toBe(expected)
        expect(codePoints(a)).toBe([...a].length)
      }),
      { seed: 1, numRuns: 2000 },
    )
    expect(compare('\uff5e', '\u{1f600}')).toBeLessThan(0)
    expect(compare('a', 'ab')).toBeLessThan(0)
  })
  test('ascii case leaves other letters', () => {
    expect(helpers.lowerAscii('AZÄİ')).toBe('azÄİ')
    expect(helpers.upperAscii('azäß')).toBe('AZäß')
  })
})

test('int is undefined outside ±(2⁵³−1)', () => {
  const max = Number.MAX_SAFE_INTEGER
  expect([int(max), int(-max), int(max + 1), int(-max - 1), int(max + max), int(Number.NaN)]).toEqual([
    max,
    -max,
    ...Array(4).fill(undefined),
  ])
})

test('a NaN is an element that nothing finds', () => {
  const set = helpers.setOf([Number.NaN, Number.NaN, 1, 1, -0, 0])
  expect(set.size).toBe(4)
  expect(set.has(Number.NaN)).toBe(false)
  expect(set.has(0)).toBe(true)
  expect(helpers.sameSet(set, set)).toBe(false)
  expect(helpers.sameList([Number.NaN], [Number.NaN])).toBe(false)
  expect(helpers.sameSet(helpers.setOf(['a', 'b']), helpers.setOf(['b', 'a']))).toBe(true)
})

describe('claims', () => {
  const facts = (read: (claims: object) => unknown) => (json: string) =>
    door((claims) => ({ identity: 0, roles: [], caller: [read(claims)] }))(JSON.parse(json))?.caller ?? null

  test('own properties at a path; null is absent; what is no object on the way does not fit', () => {
    const at = (...path: string[]) => facts((claims) => claim(claims, ...path))
    expect(at('a', 'b')('{"a":{"b":1}}')).toEqual([1])
    expect(at('a', 'b')('{"a":null}')).toEqual([undefined])
    expect(at('a', 'b')('{}')).toEqual([undefined])
    expect(at('a')('{"a":null}')).toEqual([undefined])
    expect(at('constructor')('{}')).toEqual([undefined])
    expect(at('__proto__')('{}')).toEqual([undefined])
    expect(at('__proto__')('{"__proto__":7}')).toEqual([7])
    expect(at('a', 'b')('{"a":"text"}')).toBeNull()
    expect(at('a', 'length')('{"a":[]}')).toBeNull()
  })

  test.each([
    ['string', '"a"', 'a'],
    ['string', '"\\ud800"', null],
    ['string', '1', null],
    ['string', 'null', null],
    ['integer', '1.0', 1],
    ['integer', '1.5', null],
    ['integer', '"1"', null],
    ['integer', '9007199254740992', null],
    ['double', '1e3', 1000],
    ['double', '1e999', null],
    ['bool', 'true', true],
    ['bool', '"true"', null],
  ] as const)('%s of %s', (name, json, expected) => {
    const result = facts((claims) => helpers[name](claim(claims, 'x')))(`{"x":${json}}`)
    expect(result).toEqual(expected === null ? null : [expected])
  })

  test('collections', () => {
    expect(facts((c) => helpers.set(claim(c, 'x'), helpers.string))('{"x":["a","a"]}')).toEqual([new Set(['a'])])
    expect(facts((c) => helpers.set(claim(c, 'x'), helpers.string))('{"x":"admin"}')).toBeNull()
    expect(facts((c) => helpers.set(helpers.scopes(claim(c, 'x')), helpers.string))('{"x":" a  b "}')).toEqual([
      new Set(['a', 'b']),
    ])
    expect(facts((c) => helpers.map(claim(c, 'x'), helpers.integer))('{"x":{"__proto__":1,"b":2}}')).toEqual([
      new Map([
        ['__proto__', 1],
        ['b', 2],
      ]),
    ])
    expect(facts((c) => helpers.map(claim(c, 'x'), helpers.integer))('{"x":{"\\ud800":1}}')).toBeNull()
    expect(facts((c) => helpers.literal(claim(c, 'x'), new Set(['EUR'])))('{"x":"eur"}')).toBeNull()
  })

  test('a record is an object', () => {
    for (const json of ['[]', '"a"', 'null', '1']) expect(facts((c) => helpers.record(claim(c, 'x')))(`{"x":${json}}`)).toBeNull()
    expect(facts((c) => helpers.record(claim(c, 'x')))('{"x":{}}')).toEqual([{}])
  })

  test('other errors than a misfit are ours and pass', () => {
    expect(() =>
      facts(() => {
        throw new RangeError()
      })('{}'),
    ).toThrow(RangeError)
  })

  test.each([
    ['spiffe://prod.test/ns/x', { id: 'spiffe://prod.test/ns/x', trustDomain: 'prod.test', path: '/ns/x' }],
    ['spiffe://prod.test', null],
    ['spiffe://prod.test/', null],
    ['spiffe://prod.test/ns/', null],
    ['spiffe://prod.test/ns//x', null],
    ['spiffe://prod.test/ns/../x', null],
    ['spiffe://prod.test/./x', null],
    ['spiffe://Prod.test/x', null],
    ['spiffe://prod.test:1/x', null],
    ['SPIFFE://prod.test/x', null],
    ['spiffe://prod.test/x?y', null],
    ['spiffe://prod.test/x\n', null],
    [`spiffe://prod.test/${'x'.repeat(2030)}`, null],
  ])('spiffe %s', (id, expected) => {
    expect(facts((c) => helpers.spiffe(claim(c, 'x')))(JSON.stringify({ x: id }))).toEqual(expected === null ? null : [expected])
  })
})

test('the tracer names all that decided in the lowest stage, and errors of all', () => {
  const trace = helpers.startTrace()
  trace.permit(2, 'p', 9, true)
  trace.forbid(1, 'z', 1, true)
  trace.forbid(1, 'y', 2, undefined)
  trace.forbid(0, 'x', 3, false)
  trace.permit(2, 'a', 4, undefined)
  expect(trace.end(0)).toEqual({
    outcome: 2,
    rules: ['y', 'z'],
    errors: [
      { rule: 'a', error: 'overflow' },
      { rule: 'y', error: 'overflow' },
    ],
  })
  expect(helpers.startTrace().end(5)).toEqual({ outcome: 5, rules: [], errors: [] })
})
