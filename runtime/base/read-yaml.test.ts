import { expect, test } from 'vitest'
import { nestsTooDeep, readYaml } from './read-yaml.ts'

const LIMIT = 500
const refusal = [{ line: 1, column: 1, message: 'lists and objects nest more than 500 deep: remove levels' }]

test.each([
  ['brackets', '['],
  ['braces', '{a: '],
  ['brackets that texts seem to close', '["]",'],
  ['braces that keys seem to close', '{"}": '],
  ['lists on one line', '- '],
  ['keys on one line', '? '],
  ['lists and maps on one line', '- ? '],
])('%s that nest too deep are refused', (_, opening) => {
  for (const levels of [LIMIT + 2, 2_000, 1_000_000 / opening.length])
    expect(readYaml(opening.repeat(levels))).toEqual({ yaml: null, problems: refusal })
})

test('so are lines that are indented deeper and deeper', () => {
  const text = Array.from({ length: LIMIT + 2 }, (_, at) => `${' '.repeat(at)}-`).join('\n')
  expect(readYaml(text)).toEqual({ yaml: null, problems: refusal })
})

test('as deep as the limit is read, and so are brackets in texts and comments', () => {
  const nested = readYaml(`${'- '.repeat(LIMIT)}a`)
  expect(nested.problems).toEqual([])
  expect(JSON.stringify(nested.yaml?.data)).toBe(`${'['.repeat(LIMIT)}"a"${']'.repeat(LIMIT)}`)
  const brackets = '['.repeat(2_000)
  expect(readYaml(`- "${brackets}" # ${brackets}`).yaml?.data).toEqual([brackets])
})

test('an alias adds no level, and several documents are not one', () => {
  expect(nestsTooDeep(`a: &a ${'['.repeat(300)}${']'.repeat(300)}\nb: [${'*a, '.repeat(300)}]\n`)).toBe(false)
  expect(nestsTooDeep('- a\n---\n'.repeat(LIMIT + 2))).toBe(false)
})
