import { describe, expect, test } from 'vitest'
import { format } from './format.ts'

/** The rows of a test's `cases`, formatted; formatted once more they are the same. */
function rows(text: string): readonly string[] {
  const once = format({ name: 'a.iap', text: `test "t" {\nas anonymous\nGET "/"\nexpect permit\ncases {\n${text}\n}\n}` }).text
  if (once === null) throw new Error(`it does not parse: ${text}`)
  expect(format({ name: 'a.iap', text: once }).text).toBe(once)
  const lines = once.trimEnd().split('\n')
  return lines.slice(lines.indexOf('  cases {') + 1, -2).map((line) => line.replace(/^ {4}/, ''))
}

const long = (length: number) => `"${'x'.repeat(length)}"`

describe('rows of the same keys are a table', () => {
  test('with each value below that of the row before', () => {
    expect(rows('"a":{who:"ann",level:4},"by name":{who:"bo",\nlevel:12,}')).toEqual([
      '"a":       { who: "ann", level: 4 }',
      '"by name": { who: "bo",  level: 12 }',
    ])
  })

  test('whatever is in them, up to 160 columns', () => {
    const text = `"a": { grants: [{ on: "b", access: "view" }], url: ${long(80)}, effect: "permit" }\n"bcd": { grants: [], url: ${long(81)}, effect: "deny" }`
    expect(rows(text)).toEqual([
      `"a":   { grants: [{ on: "b", access: "view" }], url: ${long(80)},  effect: "permit" }`,
      `"bcd": { grants: [],                            url: ${long(81)}, effect: "deny" }`,
    ])
  })

  test('also where there are none', () => {
    expect(rows('"a": {} "bc": {}')).toEqual(['"a":  {}', '"bc": {}'])
  })

  test('columns count what is shown', () => {
    expect(rows('"日": { a: "日", b: 1 } "x": { a: "x", b: 1 }')).toEqual(['"日": { a: "日", b: 1 }', '"x":  { a: "x",  b: 1 }'])
  })
})

describe('rows are a list', () => {
  test('where one of the table has no room', () => {
    expect(rows(`"a": { x: ${long(140)}, y: 1 }\n"bcd": { x: "z", y: 1 }`)).toEqual([
      '"a": {',
      `  x: ${long(140)},`,
      '  y: 1,',
      '}',
      '"bcd": { x: "z", y: 1 }',
    ])
  })

  test('where their keys differ, or come in another order', () => {
    expect(rows('"a": { x: 1, y: 20 } "bcd": { x: 10, z: 2 }')).toEqual(['"a":   { x: 1, y: 20 }', '"bcd": { x: 10, z: 2 }'])
    expect(rows('"a": { x: 10, y: 2 } "bcd": { y: 2, x: 1 }')).toEqual(['"a":   { x: 10, y: 2 }', '"bcd": { y: 2, x: 1 }'])
  })

  test('where comments stand within', () => {
    expect(rows('"a": { x: 1, /* c */ y: 1 } "bcd": { x: 10, y: 1 }')).toEqual([
      '"a":   { x: 1, /* c */ y: 1 }',
      '"bcd": { x: 10, y: 1 }',
    ])
    expect(rows('"a": { x: 1, y: 1 // c\n } "bcd": { x: 10, y: 1 }')).toEqual([
      '"a": {',
      '  x: 1,',
      '  y: 1, // c',
      '}',
      '"bcd": { x: 10, y: 1 }',
    ])
  })
})

test('comments between rows stay', () => {
  expect(rows('// one\n"a": { x: 1, y: 1 } // two\n\n// three\n"b": { x: 10, y: 1 }')).toEqual([
    '// one',
    '"a": { x: 1,  y: 1 } // two',
    '',
    '// three',
    '"b": { x: 10, y: 1 }',
  ])
})
