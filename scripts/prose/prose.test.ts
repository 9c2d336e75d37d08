import { describe, expect, test } from 'vitest'
import { draw } from './draw.ts'
import { findErrorMessages, findHelpTexts } from './find-messages.ts'
import { measureProse, sentencesOf } from './statistics.ts'

describe('a draw', () => {
  const items = Array.from({ length: 100 }, (_, at) => at)
  test('is the same for a seed, and another for another', () => {
    expect(draw(items, 10, 1)).toEqual(draw(items, 10, 1))
    expect(draw(items, 10, 1)).not.toEqual(draw(items, 10, 2))
  })

  test('takes nothing twice, and no more than there is', () => {
    expect(new Set(draw(items, 100, 7)).size).toBe(100)
    expect(draw(['a'], 40, 1)).toEqual(['a'])
  })

  test('takes everything equally often', () => {
    const counts = new Map<number, number>()
    for (let seed = 0; seed < 2000; seed++)
      for (const item of draw(items.slice(0, 10), 1, seed)) counts.set(item, (counts.get(item) ?? 0) + 1)
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(60)
  })
})

test('sentences end at a full stop before a capital, a blank line and an item of a list', () => {
  expect(sentencesOf('Reads e.g. `a. B`. Then\nwrites.\n\nA list:\n- one\n- two')).toEqual([
    'Reads e.g. `code`.',
    'Then writes.',
    'A list:',
    'one',
    'two',
  ])
})

test('measures rates, lengths and tags', () => {
  const docstring = { path: '', line: 1, name: '', kind: '', isExported: true }
  const measured = measureProse([
    { ...docstring, text: 'Returns `x` if it fits.', tags: [{ name: 'throws', text: 'Error' }] },
    {
      ...docstring,
      text: '',
      tags: [
        { name: 'returns', text: 'what it is' },
        { name: 'example', text: 'if what' },
      ],
    },
  ])
  expect(measured).toMatchObject({ docstrings: 2, words: 10, sentenceLength: { median: 4, p90: 5 } })
  expect(Object.fromEntries(measured.rates)).toEqual({ what: 100, if: 100, returns: 200, where: 0, that: 0, it: 200 })
  expect(Object.fromEntries(measured.tags)).toEqual({ throws: 1, example: 1, param: 0, returns: 1 })
})

const texts = (found: readonly { readonly text: string }[]) => found.map(({ text }) => text)

test('finds the help of commands and options', () => {
  const text = `export const build = {
  name: 'build one',
  summary: 'compile policies',
  flags: { output: { help: 'the file' + ' to write' } },
  more: \`Reads \${things} well.\`,
}`
  expect(texts(findHelpTexts([{ path: 'a.ts', text }]))).toEqual(['compile policies', 'the file to write', 'Reads … well.'])
})

test('finds error messages, and shows help, alternatives and computed parts', () => {
  const text = `export const entry = { message: (p) => p.found ? \`\${p.name} is known\` : 'it isn\\'t known', help: () => 'use it' }
const note = { message: 'declared here', span }
throw new Error('an assertion failed')
throw new StateError('code', \`\${path}: cannot be read\`)
reading.problem(path, 'is not a URL')
new Map([['not an error', 1]])
export const refusals = { 'host-missing': [400, 'there is no Host header'] } as const satisfies object
`
  expect(texts(findErrorMessages([{ path: 'language/a.ts', text }]))).toEqual([
    "… is known | it isn't known\nuse it",
    '…: cannot be read',
    'is not a URL',
    'there is no Host header',
  ])
})
