/**
 * What people write who come from Rego, Cedar, the YAML of Cerbos and Istio, or Pomerium's policy language: twelve texts of each, with
 * the codes that `iap check` reports and a part of the help that names how it is written here.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { applyFixes, checkProject, type Diagnostic } from '../../language/index.ts'

interface Habit {
  readonly name: string
  readonly text: readonly string[]
  readonly codes: readonly string[]
  /** A part of the help of the first diagnostic. */
  readonly help: string
}

const languages = ['rego', 'cedar', 'cerbos', 'istio', 'pomerium']

function read(name: string): string {
  return readFileSync(new URL(`habits/${name}`, import.meta.url), 'utf8')
}

const base = read('shop.iap')

function check(text: string): readonly Diagnostic[] {
  return checkProject({ read: (name) => (name === 'main.iap' ? text : null) }, ['main.iap']).diagnostics
}

it('the policy of the habits has no mistake', () => expect(check(base)).toEqual([]))

describe.each(languages)('%s', (language) => {
  const habits = JSON.parse(read(`${language}.json`)) as readonly Habit[]

  it('has twelve habits, each a different text', () => {
    expect(new Set(habits.map(({ text }) => text.join('\n'))).size).toBe(12)
  })

  it.each(habits)('$name', ({ text, codes, help }) => {
    const found = check(`${base}\n${text.join('\n')}\n`)
    expect(found.map(({ code }) => code)).toEqual(codes)
    expect(found[0]?.help).toContain(help)
    expect(found.every(({ span }) => span.start > base.length)).toBe(true)
  })

  it.each(habits)('$name: what a fix writes is not reported again', ({ text }) => {
    const before = `${base}\n${text.join('\n')}\n`
    const found = check(before)
    const { texts } = applyFixes(found, () => true)
    const after = texts.get('main.iap')
    if (after === undefined) return
    const messages = found.filter(({ fixes }) => fixes.length > 0).map(({ message }) => message)
    expect(check(after).filter(({ message }) => messages.includes(message))).toEqual([])
  })
})
