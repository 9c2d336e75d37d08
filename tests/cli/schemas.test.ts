import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { commands } from '../../cli/commands/index.ts'
import { faultsOf, schemaNames, schemaOf } from '../support/cli-schemas.ts'
import { folderOf } from './iap.ts'
import { inside } from './inside.ts'

/** `inside` checks the output of each command that a test runs with `--format json`. Here is that there is one of each. */
const page = readFileSync(new URL('../../spec/language/cli-json.md', import.meta.url), 'utf8')

const POLICY = `identity staff via jwt { sub: string }
service orders at "orders.shop.example" {
  route list GET "/orders"
  route read GET "/orders/{id: int}"
}
permit staff_read on orders.list, orders.read to staff
forbid new_orders on orders.read when params.id > 7000 && caller is staff && caller.sub == "mia" because "New."
test "staff read orders" {
  as staff { sub: "ann" }
  GET "https://orders.shop.example/orders/7"
  expect permit
}
invariant signed_in on * denied when caller is anonymous
`
const REQUESTS = [
  { id: '1', method: 'GET', url: 'https://orders.shop.example/orders/7', caller: { identity: 'staff', claims: { sub: 'ann' } } },
  { method: 'GET', url: 'https://orders.shop.example/orders/8000' },
  { method: 'GET', url: 'https://orders.shop.example/a/../b' },
  { id: '4', method: 'GET' },
]

describe('schemas', () => {
  test('are there for each command with --format json, but those that write audit records', () => {
    const withJson = commands.filter(({ flags }) => flags.format?.oneOf?.includes('json')).map(({ name }) => name)
    const without = withJson.filter((name) => schemaOf(name.split(' ')) === null)
    expect(without).toEqual(['audit query', 'audit recent'])
  })

  test.each(schemaNames)('%s is valid JSON Schema with an identifier of its own, and is named in the reference', (name) => {
    const file = `${name}.schema.json`
    const schema = JSON.parse(readFileSync(new URL(`../../cli/schemas/${file}`, import.meta.url), 'utf8'))
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
    if (name !== 'code-quality') expect(schema.$id).toBe(`urn:iap-proxy:cli:${name}:1`)
    expect(page.includes(`(../../cli/schemas/${file})`)).toBe(true)
    // It compiles, and does not take just anything.
    expect(faultsOf(name, 'text')).not.toEqual([])
  })

  test('refuse a missing key, another type, and a key that is not described', () => {
    const good = { changed: [], unchanged: ['a.iap'], failed: [], diagnostics: [] }
    expect(faultsOf('fmt', good)).toEqual([])
    expect(faultsOf('fmt', { ...good, failed: undefined })).not.toEqual([])
    expect(faultsOf('fmt', { ...good, failed: [1] })).not.toEqual([])
    expect(faultsOf('fmt', { ...good, more: 1 })).not.toEqual([])
  })
})

test('the examples of the reference fit them', () => {
  const sections = page.split(/^## /m).slice(1)
  const shown = sections.flatMap((section) => {
    const command = /^`iap ([a-z-]+(?: [a-z]+)?)/.exec(section)?.[1] ?? ''
    const name = schemaOf(command.split(' '))
    if (name === null) return []
    return [...section.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, text = '']) => ({ name, text }))
  })
  expect(new Set(shown.map(({ name }) => name)).size).toBeGreaterThan(10)
  for (const { name, text } of shown) expect([text, faultsOf(name, JSON.parse(text))]).toEqual([text, []])
})

const runs: readonly (readonly [code: number, command: string])[] = [
  [0, 'check a.iap'],
  [1, 'lint b.iap'],
  [1, 'fmt a.iap b.iap --check'],
  [0, 'test a.iap --coverage --mutate'],
  [1, 'test b.iap'],
  [0, 'prove a.iap'],
  [0, 'diff a.iap c.iap'],
  [1, 'diff a.iap b.iap'],
  [0, 'matrix a.iap'],
  [0, 'plan a.iap --route orders.read --as staff --claims {"sub":"mia"}'],
  [0, 'inventory a.iap'],
  [2, 'eval a.iap --request requests.jsonl'],
  [2, 'explain a.iap --request requests.jsonl --values'],
  [2, 'explain a.iap --request requests.jsonl --traced'],
]

test.each(runs)('exit code %i of iap %s', async (expected, command) => {
  const words = command.split(' ')
  const cwd = folderOf({
    'a.iap': POLICY,
    'b.iap': 'labl  a\n',
    'c.iap': POLICY.replace('to staff', 'to anyone'),
    'requests.jsonl': REQUESTS.map((one) => `${JSON.stringify(one)}\n`).join(''),
  })
  const { code, stdout } = await inside([...words, ...(words[0] === 'eval' ? [] : ['--format', 'json'])], { cwd })
  expect(code).toBe(expected)
  expect(stdout).not.toBe('')
})

test('bundles and keys', async () => {
  const cwd = folderOf({ 'a.iap': POLICY })
  const run = (...words: string[]) => inside(words, { cwd, env: { SECRET: 'x'.repeat(40) } })
  await run('keygen', '-o', 'k', '--public', 'p')
  await run('build', 'a.iap', '-o', 'a.iapb', '--sign', 'k', '--expires', '90d')
  await run('key', 'create', '--file', 'keys', '--hmac-key-env', 'SECRET', '--identity', 'staff', '--subject', 'ann')
  const codes = []
  for (const words of [
    ['inspect', 'a.iapb'],
    ['inspect', 'a.iap'],
    ['verify', 'a.iapb', '--key', 'p', '--rebuild'],
    ['verify', 'a.iap', '--key', 'p'],
    ['key', 'list', '--file', 'keys'],
  ])
    codes.push((await run(...words, '--format', 'json')).code)
  expect(codes).toEqual([0, 1, 0, 1, 0])
})
