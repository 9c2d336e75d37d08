import { decode } from '@jridgewell/sourcemap-codec'
import { expect, test } from 'vitest'
import { Assembly, blockOf, Lines } from './assembly.ts'
import { type Code, indent, js, mark, reference } from './code.ts'
import { layOut } from './layout.ts'
import type { Location, Places } from './mappings.ts'

const WHERE: Readonly<Record<string, Location>> = {
  'rule a': { source: 1, line: 40, column: 7, left: false },
  'rule a 0': { source: 1, line: 41, column: 2, left: false },
  'route s.r': { source: 0, line: 100_000, column: 0, left: false },
}
const places: Places = { locate: (place) => WHERE[place] as Location }

/** Blocks after one another, the first with these names for its references. */
function linesOf(names: readonly string[], ...codes: readonly Code[]) {
  const lines = new Lines()
  for (const code of codes) lines.add(blockOf(layOut(code), names, places))
  const { code, mappings } = lines.end()
  return { code: code.split('\n'), mappings: decode(mappings).map((line) => line.map((segment) => [...segment])) }
}

const clause = mark('rule a 0', js`x`)
const rule = mark('rule a', js`// permit a\nif (f(${reference(0, 'set')}) && ${clause} && y) return ${reference(1, '')}`)
const route = mark('route s.r', js`function r() {\n${indent(rule)}\n}`)

test('a block begins where the one before it ended, and a line without marks is of nowhere', () => {
  const { code, mappings } = linesOf(['set$12', '4'], js`'use strict'`, rule, route, js`none`, clause)
  expect(code).toEqual([
    "'use strict'",
    '// permit a',
    'if (f(set$12) && x && y) return 4',
    'function r() {',
    '  // permit a',
    '  if (f(set$12) && x && y) return 4',
    '}',
    'none',
    'x',
    '',
  ])
  expect(mappings).toEqual([
    [],
    [[0, 1, 40, 7]],
    [
      [0, 1, 40, 7],
      [17, 1, 41, 2],
      [18, 1, 40, 7],
    ],
    [[0, 0, 100_000, 0]],
    [[2, 1, 40, 7]],
    [
      [0, 1, 40, 7],
      [19, 1, 41, 2],
      [20, 1, 40, 7],
    ],
    [[0, 0, 100_000, 0]],
    [],
    [[0, 1, 41, 2]],
  ])
})

test('a name that is wider moves what is behind it', () => {
  const columns = (...names: string[]) => linesOf(names, rule).mappings[1]?.map(([column]) => column)
  expect(columns('set$1', '4')).toEqual([0, 16, 17])
  expect(columns('set$1234', '40000')).toEqual([0, 19, 20])
})

test('where nobody asks for places, there are none', () => {
  const lines = new Lines()
  lines.add(new Assembly(null).block(clause))
  expect(lines.end().mappings).toBe('')
})
