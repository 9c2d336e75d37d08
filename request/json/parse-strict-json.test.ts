import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyCharacter } from '../../tests/support/any-character.ts'
import { parseStrictJson } from './parse-strict-json.ts'
import { MAX_JSON_DEPTH, scanJson } from './scan-json.ts'

const FULL = process.env.IAP_FULL === '1'

const faultOf = (text: string) => {
  const parsed = parseStrictJson(text)
  return parsed.ok ? null : `${parsed.offset}: ${parsed.message}`
}
const NO_JSON = Symbol('no JSON')
const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return NO_JSON
  }
}
const RUNS = FULL ? 400_000 : 2_000
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('refuses', () => {
  const TWICE = 'an object has the same name twice'
  const HALF = 'a string contains half of a surrogate pair'
  const NOT = 'it is not JSON'
  test.each([
    ['{"a":1,"a":1}', `7: ${TWICE}`],
    ['{"a":1,"\\u0061":2}', `7: ${TWICE}`],
    ['{"\\u0061":1 , "a":2}', `14: ${TWICE}`],
    ['{"\\/":1,"/":2}', `8: ${TWICE}`],
    ['{"":1,"":2}', `6: ${TWICE}`],
    ['{"__proto__":1,"__proto__":2}', `15: ${TWICE}`],
    ['[{"b":{"a":1,"c":[{}],"a":2}}]', `22: ${TWICE}`],
    [`{${Array.from({ length: 30 }, (_, at) => `"k${at}":0`).join()},"k3":0}`, `231: ${TWICE}`],
    ['"\\ud800"', `1: ${HALF}`],
    ['"x\ud800"', `2: ${HALF}`],
    ['"\udc00\ud800"', `1: ${HALF}`],
    ['"\\ud800\\ud800\\udc00"', `1: ${HALF}`],
    ['"\\ud800 \\udc00"', `1: ${HALF}`],
    ['{"\\udfff":1}', `2: ${HALF}`],
    [nested(MAX_JSON_DEPTH + 1), '64: it is nested deeper than 64 levels'],
    [`${'{"a":'.repeat(64)}{}${'}'.repeat(64)}`, '320: it is nested deeper than 64 levels'],
    ['', `0: ${NOT}`],
    [' ', `1: ${NOT}`],
    ['\ufeff{}', `0: ${NOT}`],
    ['{"a":1,}', `7: ${NOT}`],
    ['[1,]', `3: ${NOT}`],
    ['[,]', `1: ${NOT}`],
    ['{"a" 1}', `5: ${NOT}`],
    ['[1 2]', `3: ${NOT}`],
    ['[1}', `2: ${NOT}`],
    ['{]', `1: ${NOT}`],
    ['[', `1: ${NOT}`],
    ['{"a":', `5: ${NOT}`],
    ['{a:1}', `1: ${NOT}`],
    ["{'a':1}", `1: ${NOT}`],
    ['"\t"', `1: ${NOT}`],
    ['"\\x41"', `1: ${NOT}`],
    ['"\\u00g0"', `1: ${NOT}`],
    ['"a', `2: ${NOT}`],
    ['"a\\', `2: ${NOT}`],
    ['01', `1: ${NOT}`],
    ['1.', `2: ${NOT}`],
    ['.5', `0: ${NOT}`],
    ['+1', `0: ${NOT}`],
    ['-', `1: ${NOT}`],
    ['1e', `2: ${NOT}`],
    ['1e+', `3: ${NOT}`],
    ['NaN', `0: ${NOT}`],
    ['nul', `0: ${NOT}`],
    ['{} {}', `3: ${NOT}`],
    ['\u00a01', `0: ${NOT}`],
  ])('%j', (text, fault) => expect(faultOf(text)).toBe(fault))
})

describe('takes', () => {
  test.each([
    ['null', null],
    [' \t\r\n{ } ', {}],
    ['[[],{},[{}]]', [[], {}, [{}]]],
    ['{"a":{"a":1},"b":[{"a":1},{"a":2}]}', { a: { a: 1 }, b: [{ a: 1 }, { a: 2 }] }],
    ['-0.5e-3', -0.0005],
    ['0', 0],
    ['1E+2', 100],
    ['"\\ud83d\\ude00"', '😀'],
    ['"\\ud83d\ude00\\n\\"\\\\/"', '😀\n"\\/'],
    ['{"a":1,"A":2,"a ":3}', { a: 1, A: 2, 'a ': 3 }],
    [nested(MAX_JSON_DEPTH), JSON.parse(nested(MAX_JSON_DEPTH))],
  ])('%j', (text, value) => expect(parseStrictJson(text)).toEqual({ ok: true, value }))

  test('a member `__proto__` for an own property that changes nothing', () => {
    const parsed = parseStrictJson('{"__proto__":{"admin":true},"constructor":1}')
    const value = (parsed.ok ? parsed.value : {}) as Record<string, unknown>
    expect(Object.hasOwn(value, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(value.admin).toBeUndefined()
  })
})

describe('for every text', () => {
  const wellFormed = fc.string({ unit: 'grapheme' })
  const json = fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' })

  test('what JSON.stringify writes is taken, whatever the space in it', () => {
    const spaces = fc.constantFrom('', ' ', '\n\t', '\r\n  ')
    fc.assert(
      fc.property(json, spaces, (value, space) => {
        expect(parseStrictJson(`${space}${JSON.stringify(value, null, space)}${space}`)).toEqual({
          ok: true,
          value: JSON.parse(JSON.stringify(value)),
        })
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('it takes what JSON.parse takes, and nothing else, of texts that nearly are JSON', () => {
    const marks = '{}[],:"\\ \n\t-+.eE0123\u00a0\ufeff\u2028'
    const words = [
      'true',
      'null',
      '"a"',
      '"\\u0041"',
      '"\\n"',
      '\\u',
      '\\ud800',
      '\ud800',
      '1',
      '-0',
      '01',
      'x',
      '\u0001',
      '"b":',
    ]
    const piece = fc.constantFrom(...marks, ...words)
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(3), piece), { minLength: 1, maxLength: 3 })
    const mangled = fc.tuple(fc.jsonValue({ maxDepth: 5, stringUnit: anyCharacter }), edits).map(([value, changes]) => {
      let text = JSON.stringify(value)
      for (const [at, cut, put] of changes) {
        const from = at % (text.length + 1)
        text = text.slice(0, from) + put + text.slice(from + cut)
      }
      return text
    })
    const soup = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''))
    let taken = 0
    fc.assert(
      fc.property(fc.oneof(mangled, soup), (text) => {
        const parsed = parseStrictJson(text)
        const fault = scanJson(text)
        const value = jsonOf(text)
        expect(parsed.ok).toBe(fault === null)
        // In a text that is none, what it refuses may stand before what makes it none.
        if (value === NO_JSON) expect(parsed.ok).toBe(false)
        else if (parsed.ok) expect(parsed.value).toEqual(value)
        else expect(fault?.message).not.toBe('it is not JSON')
        taken += Number(parsed.ok)
      }),
      { seed: 2, numRuns: RUNS },
    )
    expect(taken).toBeGreaterThan(RUNS / 50)
  })

  test('an object is refused exactly where a name comes twice, however it is written', () => {
    const name = fc.constantFrom('a', '\\u0061', 'b', '\\u0062', '\\u0062', 'aa', '', '\\n', '\\u000a', '__proto__')
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (names) => {
        const text = `[{${names.map((each) => `"${each}":0`).join()}}]`
        const distinct = Object.keys(JSON.parse(text)[0]).length === names.length
        expect(parseStrictJson(text).ok).toBe(distinct)
      }),
      { seed: 3, numRuns: FULL ? 2_000 : 500 },
    )
  })

  test('a text is refused exactly where it has no UTF-8', () => {
    const unit = fc.constantFrom('a', '\ud83d', '\ude00', '\\ud83d', '\\ude00', '\\\\', '\u00e9')
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
        const text = `"${units.join('')}"`
        const value = JSON.parse(text) as string
        const whole = Buffer.from(value, 'utf8').toString('utf8') === value
        expect(parseStrictJson(text).ok).toBe(whole)
      }),
      { seed: 4, numRuns: FULL ? 5_000 : 1_200 },
    )
  })

  test('a name of any letters is one name', () => {
    fc.assert(
      fc.property(wellFormed, (name) => {
        expect(parseStrictJson(`{${JSON.stringify(name)}:1,${JSON.stringify(name)}:1}`).ok).toBe(false)
      }),
      { seed: 5 },
    )
  })
})
