/** The examples of the playground, with the compiler. Those of `examples/` have tests of their own, for more. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { buildPolicy, checkTexts } from '../../compiler/project/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const listed = JSON.parse(readFileSync(`${root}playground/examples/index.json`, 'utf8')) as readonly {
  readonly name: string
  readonly folder: string
  readonly open: string
  readonly test: string
}[]

describe.each(listed)('$name', ({ folder, open, test: first }) => {
  const names = readdirSync(`${root}${folder}`).filter((name) => name.endsWith('.iap'))
  const checked = checkTexts(new Map(names.map((name) => [name, readFileSync(`${root}${folder}/${name}`, 'utf8')])))

  test('checks without a warning, passes its tests, and its invariants hold', async () => {
    expect(checked.diagnostics).toEqual([])
    if (checked.model === null) throw new Error('it does not check')
    const built = await buildPolicy(checked.model, checked)
    expect([built.failed, built.tests.length > 0]).toEqual([0, true])
    const judged = built.judgeInvariants()
    expect(judged.length).toBeGreaterThan(0)
    expect(judged.filter(({ verdict }) => verdict !== 'holds')).toEqual([])
  })

  test('begins with a file and a test that it has', () => {
    expect(names).toContain(open)
    expect(checked.model?.tests.map(({ name }) => name)).toContain(first)
  })
})

test('the first one is that of the README', () => {
  expect(readFileSync(`${root}README.md`, 'utf8')).toContain(readFileSync(`${root}playground/examples/first/policy.iap`, 'utf8'))
})
