/** What docs/guides/policies/replay.md shows is what the commands answer. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { dataVersionOf, readBundle } from '../../runtime/policy/index.ts'
import { emptyFolder } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'
import { compilePolicy } from '../support/compile-policy.ts'

const page = readFileSync(new URL('../../docs/guides/policies/replay.md', import.meta.url), 'utf8')
const cliJson = readFileSync(new URL('../../spec/language/cli-json.md', import.meta.url), 'utf8')
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)

const ASSIGNED = '{"ann":["c1"]}'

let cwd: string
beforeEach(async () => {
  cwd = emptyFolder()
  const [policy = ''] = blocks('iap')
  const [otherRules = ''] = blocks('rules')
  const bundle = await compilePolicy(policy)
  const read = await readBundle(bundle, { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  const { revision } = read.bundle.manifest
  writeFileSync(join(cwd, 'shop.iapb'), bundle)
  writeFileSync(join(cwd, 'next.iapb'), await compilePolicy(policy.slice(0, policy.indexOf('permit ')) + otherRules))
  writeFileSync(join(cwd, 'assigned.json'), ASSIGNED)
  const records: object[] = JSON.parse((blocks('json')[0] as string).replaceAll('sha256:…', revision))
  writeFileSync(join(cwd, 'audit.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''))
})

test('the version of the data is that of its text', () => {
  expect(page).toContain(`"assigned": "${dataVersionOf(ASSIGNED)}"`)
})

test('spec/language/cli-json.md shows what it answers for programs', async () => {
  const [section = ''] = cliJson.split(/^## /m).filter((text) => text.startsWith('`iap replay '))
  const words = (blocks('sh')[1] as string).trim().split(' ').slice(1)
  const { code, stdout } = await inside([...words, '--format', 'json'], { cwd })
  const told = JSON.parse(stdout)
  const shown = JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(section)?.[1] ?? 'null')
  expect([code, { ...told, revision: 'sha256:…' }]).toEqual([1, shown])
})

const consoles = blocks('console').flatMap((text) => [...text.matchAll(/^\$ iap (.*)\n((?:(?!\$ ).*\n)*)/gm)])

test('there are commands with the id of a request', () => {
  expect(consoles).toHaveLength(2)
})

test.each(consoles.map(([, command = '', shown = '']) => [command, shown] as const))('iap %s', async (command, shown) => {
  const { code, stdout, stderr } = await inside(command.split(' '), { cwd })
  expect(code === 0 ? stdout : stderr).toBe(shown)
})

test.each([0, 1])('command %i answers what stands below it', async (at) => {
  const command = (blocks('sh')[at] as string).trim()
  const { stdout } = await inside(command.split(' ').slice(1), { cwd })
  expect(stdout).toBe(blocks('text')[at])
})
