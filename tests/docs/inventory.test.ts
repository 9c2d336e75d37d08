import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KINDS } from '../../cli/inventory/findings.ts'
import { LABEL_DOCS } from '../../cli/inventory/suggest-labels.ts'
import { emptyFolder } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'

/** What `docs/guides/policies/inventory.md` shows is what the command answers. */
const page = readFileSync(new URL('../../docs/guides/policies/inventory.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language = '', text = '']) => ({ language, text }))
const shown = (language: string, at = 0) => blocks.filter((block) => block.language === language)[at]?.text ?? ''

test('the example', async () => {
  const cwd = emptyFolder()
  mkdirSync(join(cwd, 'policies'))
  writeFileSync(join(cwd, 'policies', 'shop.iap'), shown('iap'))
  writeFileSync(join(cwd, 'shop.yaml'), shown('yaml'))
  writeFileSync(join(cwd, 'audit.jsonl'), shown('jsonl'))
  const [, ...words] = shown('sh').trim().split(' ')
  expect(await inside(words, { cwd })).toEqual({ code: 0, stdout: shown('text'), stderr: 'draft.iap: 2 services, 3 routes\n' })
  expect(readFileSync(join(cwd, 'draft.iap'), 'utf8')).toBe(shown('iap', 1))
  expect(await inside(['check', 'draft.iap', '--max-warnings', '0'], { cwd })).toMatchObject({ code: 0 })
})

test('the tables have every kind and every label', () => {
  const cells = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
  expect(cells.slice(0, KINDS.length)).toEqual([...KINDS])
  expect(cells.slice(KINDS.length, KINDS.length + Object.keys(LABEL_DOCS).length)).toEqual(Object.keys(LABEL_DOCS))
})

test('what programs read', async () => {
  const spec = readFileSync(new URL('../../spec/language/cli-json.md', import.meta.url), 'utf8')
  const section = spec.split('## `iap inventory ')[1] ?? ''
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'orders.iap'), /^```iap\n([\s\S]*?)^```/m.exec(spec)?.[1] ?? '')
  writeFileSync(
    join(cwd, 'orders.yaml'),
    'openapi: 3.1.0\nservers: [{ url: "https://orders.shop.example" }]\npaths: { "/orders/{id}": { delete: { operationId: cancel } } }\n',
  )
  const { code, stdout } = await inside(['inventory', 'orders.iap', '--openapi', 'orders.yaml', '--format', 'json'], { cwd })
  expect([code, JSON.parse(stdout)]).toEqual([0, JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(section)?.[1] ?? 'null')])
})
