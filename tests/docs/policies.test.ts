import { describe, expect, it } from 'vitest'
import { runTests } from '../../compiler/testing/index.ts'
import { interpret } from '../../interpreter/index.ts'
import { checked, readPages, told } from './pages.ts'

/** Every policy that a page shows whole is one that checks, its tests hold, and what it shows to be wrong is wrong so. */
const pages = readPages('docs', 'spec', 'examples', 'cli/templates', 'site/home')

it('pages are found, and what they show', () => {
  expect(pages.find(({ name }) => name === 'README.md')?.policies).not.toHaveLength(0)
  expect(pages.flatMap(({ mistakes }) => mistakes).length).toBeGreaterThan(30)
})

describe.each(pages.filter(({ policies }) => policies.length > 0))('$name', (page) => {
  it.each(page.policies.map((text, at) => [at + 1, text] as const))('policy %i', (_, text) => {
    const project = checked(page, text)
    expect(told(project)).toBe('')
    const model = project.result
    if (model === null) throw new Error('checked without an error, and no model')
    const evaluate = (request: Parameters<typeof interpret>[1]) => ({ ...interpret(model, request), revision: '' })
    for (const { name, actual, expected, passed } of runTests(model, { evaluate }))
      expect(passed ? expected : actual, name).toBe(expected)
  })

  it.each(page.mistakes)('a mistake: $codes', ({ text, codes }) => {
    const project = checked(page, `${page.policies[0]}\n${text}`)
    expect(
      project.diagnostics.map(({ code }) => code),
      told(project),
    ).toEqual(codes)
  })
})
