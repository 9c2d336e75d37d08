import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { byAnalysisAlone } from '../../language/lint/index.ts'
import { lint } from '../../language/lint/lint.ts'
import { world } from '../../language/lint/test-lint.ts'
import { checkProject } from '../../language/project.ts'
import { exactLint } from './exact-lint.ts'

/** As the pages of rules: what it finds, a text that has it, and one that has not; on top of the same policy as theirs. */
const folder = new URL('./', import.meta.url)
const pages = readdirSync(folder)
  .filter((name) => name.endsWith('.md'))
  .map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    const code = /^# (IAP\d{4}): \S/.exec(text)?.[1] ?? ''
    return { name, code, examples: [...text.matchAll(/^```iap\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '') }
  })

test('there is one for each warning that no rule tells', () => {
  expect(pages.map(({ code }) => code).sort()).toEqual([...byAnalysisAlone])
})

test.each(pages)('$name shows what it finds, and how it is said instead', ({ code, examples }) => {
  const told = examples.map((example) => {
    const text = `${world}\n${example}`
    const project = checkProject({ read: (name) => (name === 'main.iap' ? text : null) }, ['main.iap'])
    expect(project.diagnostics).toEqual([])
    const ask = () => {
      throw new Error('no request is asked')
    }
    return lint(project, 'all', (question) => exactLint({ ...question, ask })).diagnostics.some((one) => one.code === code)
  })
  expect(told).toEqual([true, false])
})
