/** Questions that an analyzer of policies is asked, each answered by an example: by invariants, by the difference that a change makes, or by lint. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { difference } from '../../analysis/diff/index.ts'
import { exactLint, judgeInvariants } from '../../analysis/index.ts'
import { modelOf } from '../../compiler/testing/compile-text.ts'
import { interpret } from '../../interpreter/index.ts'
import type { Model } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { askInterpreter } from '../differential/proofs/ask.ts'

const folder = new URL('./', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.iap'))
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const having = (pattern: RegExp) => names.filter((name) => pattern.test(textOf(name)))

describe.each(having(/^invariant/m))('%s', (name) => {
  it('says of each invariant what is proved of it', () => {
    const model = modelOf(textOf(name))
    const says = [...textOf(name).matchAll(/^\/\/ (holds|broken)\ninvariant (\w+)/gm)].map(([, verdict, of]) => [of, verdict])
    const told = judgeInvariants(model, askInterpreter(model)).map(({ invariant, verdict }) => [invariant.name, verdict])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(says))
    expect(says.length).toBeGreaterThanOrEqual(2)
  })
})

describe.each(names.filter((name) => name.endsWith('.after.iap')))('%s', (name) => {
  it('differs from the one before as it says', () => {
    const [, says] = /^\/\/ ([\w-]+)\n/.exec(textOf(name)) ?? []
    expect(change(modelOf(textOf(name.replace('.after.', '.before.'))), modelOf(textOf(name)))).toBe(says)
  })
})

describe.each(having(/^\/\/ without/m))('%s', (name) => {
  const model = modelOf(textOf(name))
  const says = [...textOf(name).matchAll(/^\/\/ without it: ([\w-]+)(?: \((IAP\d+)\))?\n(?:permit|forbid) (\w+)/gm)]

  it.each(says.map(([, verdict, , rule]) => [rule, verdict]))('without %s is %s', (rule, verdict) => {
    expect(change(model, { ...model, rules: model.rules.filter((one) => one.name !== rule) })).toBe(verdict)
  })

  it('is linted as it says', () => {
    const ask = (request: EvalRequest) => ({ ...interpret(model, request), revision: '' })
    const { found } = exactLint({ model, files: [], told: [], ask })
    const told = found.map(({ code, span }) => [span.source.text.slice(span.start, span.end), code])
    expect(told).toEqual(says.flatMap(([, , code, rule]) => (code === undefined ? [] : [[rule, code]])))
  })

  it('says so of each rule, and of all of them', () => {
    expect(says.map(([, , , rule]) => rule).sort()).toEqual(model.rules.map((rule) => rule.name).sort())
    const [, both] = /^\/\/ without both: ([\w-]+)$/m.exec(textOf(name)) ?? []
    if (both !== undefined) expect(change(model, { ...model, rules: [] })).toBe(both)
  })
})

it('the table names each example, and no other', () => {
  const told = [...textOf('README.md').matchAll(/\]\(([\w.-]+\.iap)\)/g)].map(([, name]) => name)
  expect([...new Set(told)].sort()).toEqual([...names].sort())
})

/** That others are answered in another way, where what is permitted has changed for somebody, is not told. */
function change(before: Model, after: Model): string {
  const version = (model: Model) => ({
    model,
    interpret: (part: Model, request: EvalRequest) => ({ ...interpret(part, request), revision: '' }),
  })
  const verdicts = new Set(difference(version(before), version(after)).changes.map(({ verdict }) => verdict))
  if (verdicts.size > 1) verdicts.delete('other')
  return verdicts.size === 0 ? 'equivalent' : [...verdicts].join(', ')
}
