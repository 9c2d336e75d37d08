import { expect, it } from 'vitest'
import { INT, literals, STRING, showType, type Type, UNKNOWN } from '../types/type.ts'
import { shareRoot } from './share-root.ts'

const field = (type: Type, optional = false) => ({ type, optional, path: [] })
const record = (fields: Record<string, ReturnType<typeof field>>): Type => ({
  kind: 'record',
  fields: new Map(Object.entries(fields)),
  open: false,
})

it.each<[string, (Type | null)[], string | undefined, string[]]>([
  ['no route declares one', [null, null], undefined, []],
  ['each declares the same', [record({ a: field(INT) }), record({ a: field(INT) })], '{ a: int }', []],
  ['one declares none', [record({ a: field(INT) }), null], '{ a?: int }', []],
  ['some lack a field', [record({ a: field(INT), b: field(INT) }), record({ a: field(INT) })], '{ a: int, b?: int }', []],
  ['in one it is optional', [record({ a: field(INT) }), record({ a: field(INT, true) })], '{ a?: int }', []],
  ['in one it is optional, the other way round', [record({ a: field(INT, true) }), record({ a: field(INT) })], '{ a?: int }', []],
  [
    'its types differ',
    [record({ a: field(INT), b: field(INT) }), record({ a: field(STRING), b: field(INT) })],
    '{ a: int, b: int }',
    ['a'],
  ],
  ['one of them is narrower', [record({ a: field(literals(['x'])) }), record({ a: field(STRING) })], '{ a: "x" }', ['a']],
  [
    'each is a list',
    [
      { kind: 'list', element: INT },
      { kind: 'list', element: INT },
    ],
    'list<int>',
    [],
  ],
])('%s', (_, types, shown, differing) => {
  const shared = shareRoot(types)
  if (shared === undefined || shared === null || shared === 'differing') expect(shared).toBe(shown)
  else expect([showType(shared.type), [...shared.differing]]).toEqual([shown, differing])
})

it.each<[string, (Type | null)[]]>([
  ['a list and a record', [{ kind: 'list', element: INT }, record({})]],
  ['a list and none', [{ kind: 'list', element: INT }, null]],
  [
    'lists of other things',
    [
      { kind: 'list', element: INT },
      { kind: 'list', element: STRING },
    ],
  ],
])('%s have nothing in common', (_, types) => {
  expect(shareRoot(types)).toBe('differing')
})

it('says nothing where a mistake was reported', () => {
  expect(shareRoot([UNKNOWN, record({})])).toBe(null)
})
