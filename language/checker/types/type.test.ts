import { describe, expect, it } from 'vitest'
import { parse } from '../../parse.ts'
import { buildScope } from '../scope.ts'
import { createTypeResolver } from './resolve-type.ts'
import { fitsType, isComparable, joinTypes, sameType, showType, type Type, UNKNOWN } from './type.ts'

function typeOf(text: string): Type {
  const optional = /^optional<(.*)>$/.exec(text)?.[1]
  if (optional !== undefined) return { kind: 'optional', value: typeOf(optional) }
  const file = parse({ name: 't.iap', text: `type T = ${text}\n` }).result
  const resolver = createTypeResolver(
    buildScope([file], () => null, []),
    [],
  )
  const [declaration] = file.declarations
  if (declaration?.kind !== 'TypeDeclaration') throw new Error(text)
  return resolver.typeOf(declaration.type, file)
}

describe('a type as the language writes it', () => {
  it.each([
    'timestamp',
    'duration',
    'ip',
    'cidr',
    'hierarchy',
    'set<timestamp>',
    'set<ip>',
    'list<cidr>',
    'map<string, duration>',
    'optional<list<int>>',
    '{ a: timestamp, b?: set<"x" | "y"> }',
  ])('%s', (text) => {
    expect(showType(typeOf(text))).toBe(text)
  })
})

describe('the least type of both', () => {
  it.each([
    ['"a"', '"b"', '"a" | "b"'],
    ['"a"', 'string', 'string'],
    ['list<"a">', 'list<string>', 'list<string>'],
    ['map<string, "a">', 'map<string, "b">', 'map<string, "a" | "b">'],
    ['optional<"a">', 'optional<string>', 'optional<string>'],
    ['ip', 'ip', 'ip'],
    ['{ a: int }', '{ a: int }', '{ a: int }'],
    ['int', 'double', null],
    ['timestamp', 'duration', null],
    ['list<int>', 'set<int>', null],
    ['optional<int>', 'int', null],
    ['{ a: int }', '{ a?: int }', null],
    ['{ a: int }', '{ a: int, b: int }', null],
    ['{ a: "x" }', '{ a: string }', null],
  ])('%s and %s: %s', (a, b, joined) => {
    for (const [left, right] of [
      [a, b],
      [b, a],
    ] as const) {
      const type = joinTypes(typeOf(left), typeOf(right))
      expect(type === null ? null : showType(type)).toBe(joined)
    }
  })
})

it.each([
  ['"a"', 'string', true],
  ['"a"', '"a" | "b"', true],
  ['"a" | "b"', '"a"', false],
  ['string', '"a"', false],
  ['list<"a">', 'list<string>', true],
  ['map<string, list<"a">>', 'map<string, list<string>>', true],
  ['optional<"a">', 'optional<string>', true],
  ['int', 'double', false],
])('%s fits %s: %s', (type, wanted, fits) => {
  expect(fitsType(typeOf(type), typeOf(wanted))).toBe(fits)
})

it('is the same as anything where a mistake was reported', () => {
  expect(sameType(UNKNOWN, typeOf('ip'))).toBe(true)
  expect(fitsType(UNKNOWN, typeOf('ip'))).toBe(true)
})

it.each([
  ['cidr', true],
  ['list<set<int>>', true],
  ['map<string, list<ip>>', true],
  ['optional<timestamp>', true],
  ['{ a: int }', false],
  ['list<{ a: int }>', false],
  ['map<string, { a: int }>', false],
  ['hierarchy', false],
])('%s can be compared: %s', (type, comparable) => {
  expect(isComparable(typeOf(type))).toBe(comparable)
})
