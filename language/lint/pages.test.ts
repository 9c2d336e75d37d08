import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lintRules } from './index.ts'
import { warningsIn } from './test-lint.ts'

/** A rule's page lies beside it: `# CODE: what it finds`, a text that has it, and one that has not, on top of `test-lint.ts`. */
const folder = new URL('./', import.meta.url)
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
const pages = names
  .filter((name) => name.endsWith('.md'))
  .map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    const code = /^# (IAP\d{4}): \S/.exec(text)?.[1] ?? ''
    return { name, code, examples: [...text.matchAll(/^```iap\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '') }
  })

describe('the pages of the rules', () => {
  test('are one for each rule', () => {
    expect(pages.map(({ code }) => code).sort()).toEqual(lintRules.map(({ entry }) => entry.code).sort())
  })

  test.each(pages)('$name lies beside its rule and its test', ({ name }) => {
    expect(names).toContain(name.replace('.md', '.ts'))
    expect(names).toContain(name.replace('.md', '.test.ts'))
  })

  test.each(pages.filter(({ code }) => code !== 'IAP5018'))(
    '$name shows what it finds, and how it is said instead',
    ({ code, examples }) => {
      expect(examples.map((example) => warningsIn(code, example).length > 0)).toEqual([true, false])
    },
  )
})
