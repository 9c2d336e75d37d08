import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { emptyFolder } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'

/** What `docs/guides/policies/plan.md` shows is what the command answers, and its program prints what it says. */
const page = readFileSync(new URL('../../docs/guides/policies/plan.md', import.meta.url), 'utf8')
const root = fileURLToPath(new URL('../../', import.meta.url))

function shown(language: string): string {
  return new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)?.[1] ?? ''
}

function folder(): string {
  const cwd = emptyFolder()
  mkdirSync(join(cwd, 'policies'))
  writeFileSync(join(cwd, 'policies/orders.iap'), shown('iap'))
  writeFileSync(join(cwd, 'columns.yaml'), shown('yaml'))
  return cwd
}

const asked = ['plan', 'policies', '--route', 'shop.read', '--as', 'staff', '--claims', '{"sub":"mia","groups":[]}']

test('the condition', async () => {
  const { code, stdout } = await inside(asked, { cwd: folder() })
  expect([code, stdout]).toEqual([0, shown('cel')])
})

test('the condition for a database', async () => {
  const words = [...asked, '--format', 'sql', '--dialect', 'postgresql', '--columns', 'columns.yaml']
  const { code, stdout } = await inside(words, { cwd: folder() })
  expect([code, stdout]).toEqual([0, shown('sql')])
})

test('the program', () => {
  const program = shown('js').replace("files: ['policies']", `files: ['policies'], root: ${JSON.stringify(folder())}`)
  // From the root, so that the package finds itself.
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    cwd: root,
    input: program,
    encoding: 'utf8',
  })
  expect([stderr, stdout]).toEqual(['', `${/console\.log\(.*\) \/\/ (.*)/.exec(program)?.[1]}\n`])
})

test('what programs read', async () => {
  const spec = readFileSync(new URL('../../spec/language/cli-json.md', import.meta.url), 'utf8')
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'orders.iap'), /^```iap\n([\s\S]*?)^```/m.exec(spec)?.[1] ?? '')
  const section = spec.split('## `iap plan ')[1] ?? ''
  const words = ['--route', 'orders.read', '--as', 'staff', '--claims', '{"sub":"mia"}', '--format', 'json']
  const { code, stdout } = await inside(['plan', '.', ...words], { cwd })
  expect([code, JSON.parse(stdout)]).toEqual([0, JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(section)?.[1] ?? 'null')])
})
