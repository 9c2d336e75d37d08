import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { emptyFolder } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'

/** What `spec/language/cli-json.md` shows of a policy is what the commands answer of it. */
const page = readFileSync(new URL('../../spec/language/cli-json.md', import.meta.url), 'utf8')
const [head = '', ...sections] = page.split(/^## /m)
const policy = /^```iap\n([\s\S]*?)^```/m.exec(head)?.[1] ?? ''

function shown(command: string): unknown {
  const section = sections.find((text) => text.startsWith(`\`iap ${command} PATH… --format json\``))
  return JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(section ?? '')?.[1] ?? 'null')
}

async function answer(...words: readonly string[]): Promise<unknown> {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'orders.iap'), policy)
  const { code, stdout } = await inside([...words, '--format', 'json'], { cwd })
  expect(code).toBe(0)
  return JSON.parse(stdout)
}

describe('what the page shows', () => {
  test.each(['check', 'lint'])('of iap %s', async (command) => {
    expect(await answer(command, '.')).toEqual(shown('check'))
  })

  test('of findings for GitLab', async () => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'orders.iap'), policy)
    const { stdout } = await inside(['check', '.', '--format', 'gitlab'], { cwd })
    const section = sections.find((text) => text.startsWith('Findings for code hosts')) ?? ''
    expect(JSON.parse(stdout)).toEqual(JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(section)?.[1] ?? 'null'))
  })

  test('of iap fmt', async () => {
    expect(await answer('fmt', '--check', '.')).toEqual(shown('fmt'))
  })

  test('of iap prove', async () => {
    expect(await answer('prove', '.')).toEqual(shown('prove'))
  })

  test('of iap test', async () => {
    const told = shown('test') as { mutation: { mutants: object[] } }
    const all = (await answer('test', '.', '--coverage', '--mutate')) as typeof told
    expect({ ...all, mutation: { ...all.mutation, mutants: told.mutation.mutants } }).toEqual(told)
    for (const mutant of told.mutation.mutants) expect(all.mutation.mutants).toContainEqual(mutant)
    expect([page.includes(`three of its ${all.mutation.mutants.length} mutants`), told.mutation.mutants.length]).toEqual([
      true,
      3,
    ])
  })

  test('of a test that fails', async () => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'orders.iap'), policy.replace('expect permit', 'expect deny'))
    const { code, stdout } = await inside(['test', '.', '--format', 'json'], { cwd })
    const { tests } = JSON.parse(stdout) as { tests: { explanation: string }[] }
    expect([code, tests[0]?.explanation]).toEqual([1, expect.stringContaining('permit')])
  })
})
