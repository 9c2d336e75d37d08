import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'

/** What `docs/guides/policies/matrix.md` and the reference show is what the command answers; of the revision only that there is one. */
const read = (page: string) => readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8')
const page = read('docs/guides/policies/matrix.md')
const block = (text: string, language: string) =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(text)?.[1] ?? ''
const shortened = (text: string) => text.replace(/sha256:[0-9a-f]{64}/, 'sha256:…')

test('what the page shows', async () => {
  const cwd = emptyFolder()
  mkdirSync(join(cwd, 'policies'))
  writeFileSync(join(cwd, 'policies/rooms.iap'), block(page, 'iap'))
  const [, words = '', ...lines] = /^\$ iap (.*)\n([\s\S]*)$/.exec(block(page, 'console')) ?? []
  const { code, stdout, stderr } = await inside(words.split(' '), { cwd })
  expect([code, shortened(stdout), stderr]).toEqual([0, lines[0], ''])
})

test('what the reference shows', async () => {
  const reference = read('spec/language/cli-json.md')
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'orders.iap'), block(reference, 'iap'))
  const section = reference.split('## `iap matrix BUNDLE|PATH… --format json`')[1] ?? ''
  const { code, stdout } = await inside(['matrix', '.', '--date', '2026-11-27', '--format', 'json'], { cwd })
  expect([code, JSON.parse(shortened(stdout))]).toEqual([0, JSON.parse(block(section, 'json') || 'null')])
})
