import { expect, it } from 'vitest'
import { nameTable } from './name-table.ts'

it.each([
  ['names with numbers', Array.from({ length: 500 }, (_, at) => `record-${at * 20}`)],
  ['short names, an empty one among them', ['', 'a', 'b', 'ab', 'abc', 'abd']],
  ['names that end alike', Array.from({ length: 50 }, (_, at) => `${at}-the-same-end`)],
  ['one name', ['x']],
])('finds %s, and no other', (_, names) => {
  const find = nameTable(names)
  expect(names.map(find)).toEqual(names.map((_, at) => at))
  for (const name of names) expect(find(`${name}!`)).toBe(-1)
  for (const name of names.filter(({ length }) => length > 1)) expect(find(`?${name.slice(1)}`)).toBe(-1)
})

it('finds nothing among none', () => {
  expect(nameTable([])('a')).toBe(-1)
})
