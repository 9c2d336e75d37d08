import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogue, checkProject } from '../../language/index.ts'

/** The page of all diagnostics: `## CODE`, the message as a quotation, an example that has just this mistake. */
const page = readFileSync(new URL('../../spec/language/diagnostics.md', import.meta.url), 'utf8')
const [head = '', ...sections] = page.split(/^## /m)
const prelude = /```iap\n([\s\S]*?)```/.exec(head)?.[1] ?? ''

const others: Readonly<Record<string, string>> = {
  'shared.iap': 'label shared',
  'loop.iap': 'import { staff } from "./main.iap"\nlabel looping',
}

const entries = sections.map((section) => ({
  code: section.slice(0, section.indexOf('\n')),
  message: /^> (.*)$/m.exec(section)?.[1],
  example: /```iap\n([\s\S]*?)```/.exec(section)?.[1] ?? '',
}))

describe('the page of diagnostics', () => {
  it('has each code of the catalogue once, and no other', () => {
    expect(entries.map(({ code }) => code)).toEqual(catalogue.map(({ code }) => code).sort())
  })

  it.each(entries)('$code is what its example gets, and all of it', ({ code, message, example }) => {
    const read = (name: string) => (name === 'main.iap' ? `${prelude}\n${example}` : (others[name] ?? null))
    const { diagnostics } = checkProject({ read }, ['main.iap'])
    expect(diagnostics.map((one) => ({ code: one.code, message: one.message }))).toEqual([{ code, message }])
  })
})
