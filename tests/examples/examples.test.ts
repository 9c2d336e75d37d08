import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { nodeIo } from '../../cli/node-io.ts'
import { buildPolicy, checkPaths } from '../../compiler/project/index.ts'
import { inside } from '../cli/inside.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const io = { ...nodeIo(''), cwd: root }
const examples = readdirSync(`${root}examples`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `examples/${name}`)

test('there are seven, and each is on the page of examples', () => {
  const page = readFileSync(`${root}examples/README.md`, 'utf8')
  expect(examples.filter((folder) => !page.includes(`](${folder.replace('examples/', '')})`))).toEqual([])
  expect(examples.length).toBeGreaterThanOrEqual(7)
})

/** What `iap init` copies is an example, too. */
describe.each([...examples, 'cli/templates/default'])('%s', (folder) => {
  const policies = `${folder}/policies`

  test('has a page', () => {
    expect(existsSync(`${root}${folder}/README.md`)).toBe(true)
  })

  test('has nothing that any rule warns of', async () => {
    const { code, stdout } = await inside(['lint', policies, '--max-warnings', '0'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^✓ no errors in \d+ files\n$/)])
  })

  test('is in canonical form', async () => {
    const { code, stdout } = await inside(['fmt', '--check', policies])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^✓ 0 files of \d+ would change\n$/)])
  })

  test('has tests that decide all of it, and notice nearly every small mistake', async () => {
    const { code, stdout, stderr } = await inside(['test', policies, '--coverage', '--mutate', '--min', '90'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^coverage 100 %/m)
    expect(stdout).toMatch(/^✓ \d+ tests passed$/m)
  })

  test('has invariants, and they are proved', async () => {
    const checked = checkPaths(io, [policies])
    if (checked.model === null) throw new Error('it does not check')
    const judged = (await buildPolicy(checked.model, checked)).judgeInvariants()
    expect(judged.length).toBeGreaterThan(0)
    expect(judged.map(({ name, verdict, why }) => [name, verdict, why])).toEqual(judged.map(({ name }) => [name, 'holds', []]))
  })
})
