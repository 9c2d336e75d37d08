import { expect, test } from 'vitest'
import { Assembly, type Block, Piece } from './assembly.ts'
import { comment, js, reference } from './code.ts'
import { type Definition, References } from './linking.ts'

const constant = (text: ReturnType<typeof js>): Definition => ({
  kind: 'constant',
  constant: 'list',
  value: text,
  key: undefined,
})

test('names are the same array where nothing is called otherwise, and what refers to them follows', () => {
  const references = new References([constant(js`[1]`), constant(js`[${reference(0, 'list')}]`)])
  const first = references.names(new Assembly(null))
  expect(first).toEqual(['list$1', 'list$2'])
  expect(references.names(new Assembly(null))).toBe(first)
  const other = new Assembly(null)
  other.constant('list', js`[0]`)
  expect(references.names(other)).toEqual(['list$2', 'list$3'])
  expect(other.constants.map(String)).toEqual(['const list$1 = [0]', 'const list$2 = [1]', 'const list$3 = [list$2]'])
  expect(references.names(new Assembly(null))).toEqual(first)
})

test('what was left half done by an exception is not taken for the names of a module', () => {
  let fails = false
  const record = {
    link(module: Assembly) {
      if (fails) throw new Error('half way')
      return module.constant('record', js`() => 1`)
    },
  }
  const references = new References([constant(js`[1]`), constant(js`[${reference(0, 'list')}]`), { kind: 'record', record }])
  references.names(new Assembly(null))
  fails = true
  const other = new Assembly(null)
  other.constant('list', js`[0]`)
  expect(() => references.names(other)).toThrow('half way')
  fails = false
  const module = new Assembly(null)
  references.names(module)
  expect(module.constants.map(String)).toEqual(['const list$1 = [1]', 'const list$2 = [list$1]', 'const record$3 = () => 1'])
})

test('a piece is the same again until a block of it is another, or has another title', () => {
  const block = (text: string): Block => ({ text, mapped: null })
  const titles = [1, 2, 3, 4].map((n) => comment(`s.r${n}`))
  const one = { block: block('a'), titles }
  const two = { block: block('b'), titles: [] }
  const piece = new Piece()
  const made = piece.of([one, two], 2, false)
  expect(made.text).toBe('// s.r1\n// s.r2\n// s.r3\n// s.r4\na\n\nb')
  expect(piece.of([one, two], 2, false)).toBe(made)
  const shared = { ...one, titles: [...titles, comment('s.r5')] }
  expect(piece.of([shared, two], 2, false).text).toBe('// s.r1\n// s.r2\n// s.r3\n// s.r4\n// and 1 more\na\n\nb')
  expect(piece.of([shared], 2, false).text).toBe('// s.r1\n// s.r2\n// s.r3\n// s.r4\n// and 1 more\na')
})
