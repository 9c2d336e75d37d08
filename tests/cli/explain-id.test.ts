// `iap explain --id`: the record is found by the id of its request, in a log or at a running proxy.

import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ADMIN_TOKEN, adminFiles, adminYaml } from '../support/admin.ts'
import { ask } from '../support/ask.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { inside } from './inside.ts'

const policy = `
identity user via jwt { sub: string, groups: set<string> }
service app at "app.test" {
  route open GET "/open"
  route orders GET "/orders/{id: int}"
}
permit open on app.open to anyone
permit small on app.orders to user when params.id < 100 && "support" in caller.groups
`
const UNKNOWN = '00000000-0000-4000-8000-000000000000'

let upstream: TestUpstream
let proxy: TestProxy
/** The ids of a permit, and of a deny. */
let permitted = ''
let denied = ''
/** The id of a request without a route. */
let lost = ''
let lines: readonly string[] = []

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('ok'))
  proxy = await startTestProxy([upstream.origin], { policy, adminMore: adminYaml, files: adminFiles })
  const headers = [`Authorization: ${proxy.bearer({ sub: 'ann', groups: ['support'] })}`]
  await ask(proxy.port, 'GET /open')
  await ask(proxy.port, 'GET /orders/7', headers)
  await ask(proxy.port, 'GET /orders/700', headers)
  await ask(proxy.port, 'GET /order/700', headers)
  const records = await proxy.audit(4)
  permitted = records.find(({ path }) => path === '/orders/7')?.requestId ?? ''
  denied = records.find(({ path }) => path === '/orders/700')?.requestId ?? ''
  lost = records.find(({ path }) => path === '/order/700')?.requestId ?? ''
  lines = readFileSync(join(proxy.folder, 'audit.jsonl'), 'utf8').trimEnd().split('\n')
  const write = (name: string, data: string | Uint8Array) => writeFileSync(join(proxy.folder, name), data)
  const of = (id: string) => lines.filter((line) => line.includes(id)).join('\n')
  write('old.jsonl.1.gz', gzipSync(`${of(permitted)}\n`))
  write('old.jsonl', `${of(denied)}\n`)
  write('cut.jsonl', gzipSync(`${lines.join('\n')}\n`).subarray(0, 200))
  write('empty.jsonl', '')
  write('other.iapb', await compilePolicy(policy.replace('100', '200'), { signers: [testSigner], sequence: 2 }))
})
afterAll(async () => {
  await proxy?.close()
  await upstream?.close()
})

const explain = (words: string, env: Readonly<Record<string, string>> = {}) =>
  inside(['explain', ...words.split(' ')], { cwd: proxy.folder, env })
const key = '--key key.jwk.json'

describe('in a log', () => {
  test('the request with the id, and no other', async () => {
    const found = await explain(`--id ${denied} --bundle policy.iapb ${key} --log audit.jsonl --values`)
    expect(found).toMatchObject({ code: 0, stderr: '' })
    expect(found.stdout).toContain(`✗ deny by default  on app.orders  id ${denied}\n`)
    expect(found.stdout).toContain('reads params.id = 700')
    const line = lines.findIndex((one) => one.includes(denied)) + 1
    const byLine = await explain(`audit.jsonl:${line} --bundle policy.iapb ${key} --values`)
    expect(found.stdout).toBe(byLine.stdout)
  })

  test('a request without a route, with the nearest', async () => {
    const { code, stdout } = await explain(`--id ${lost} --bundle policy.iapb ${key} --log audit.jsonl`)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^✗ deny by no-route {2}id \S+\n {2}no route at this host has this path; the nearest route:\n/)
    expect(stdout).toMatch(/\n {6}app\.orders {2}GET, HEAD {2}app\.test\/orders\/\{id: int\} {2}\S+:5:20\n$/)
  })

  test('in rotated and compressed files, further ones as operands', async () => {
    for (const [id, effect] of [
      [permitted, 'permit'],
      [denied, 'deny'],
    ]) {
      const words = `--id ${id} --bundle policy.iapb ${key} --log old.jsonl old.jsonl.1.gz --format json --exit-code`
      const { code, stdout, stderr } = await explain(words)
      expect([code, stderr]).toEqual([effect === 'permit' ? 0 : 1, ''])
      expect(JSON.parse(stdout).answer).toMatchObject({ id, effect })
    }
    const byLine = await explain(`old.jsonl.1.gz:1 --bundle policy.iapb ${key}`)
    expect(byLine.stdout).toContain(`id ${permitted}`)
  })

  test('every command that reads logs reads compressed ones', async () => {
    const { stdout, stderr } = await inside(['audit', 'query', 'old.jsonl', 'old.jsonl.1.gz', '--format', 'json'], {
      cwd: proxy.folder,
    })
    expect([
      stderr,
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).requestId),
    ]).toEqual(['', [permitted, denied]])
  })

  test('a file that is named twice is read once', async () => {
    const { code } = await explain(`--id ${denied} --bundle policy.iapb ${key} --log audit.jsonl ./audit.jsonl`)
    expect(code).toBe(0)
  })
})

describe('at a running proxy', () => {
  test('without what conditions read', async () => {
    const words = `--id ${denied} --bundle policy.iapb ${key} --admin ${proxy.admin}`
    const { code, stdout } = await explain(words, { IAP_ADMIN_TOKEN: ADMIN_TOKEN })
    expect(code).toBe(0)
    expect(stdout).toContain(`✗ deny by default  on app.orders  id ${denied}\n`)
    expect(stdout).toContain('permit small')
    expect(stdout).toMatch(/the record lacks .*`caller\.groups`/)
  })

  test('a request that is not there, with the records that are', async () => {
    const words = `--id ${UNKNOWN} --bundle policy.iapb --admin ${proxy.admin}`
    const { code, stderr } = await explain(words, { IAP_ADMIN_TOKEN: ADMIN_TOKEN })
    expect(code).toBe(2)
    expect(stderr).toMatch(
      new RegExp(
        `error: no request has the id \`${UNKNOWN}\`: 4 records of requests were read, from \\S+Z to \\S+Z\n  help: the proxy keeps`,
      ),
    )
  })

  test.each([
    ['audit', 'recent'],
    ['explain', '--id', UNKNOWN, '--bundle', 'policy.iapb'],
  ])('an answer without decisions, to iap %s', async (...words) => {
    const server = createServer((_, response) => response.end('{}'))
    onTestFinished(() => void server.close())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { code, stderr } = await inside([...words, '--admin', url], { cwd: proxy.folder, env: { IAP_ADMIN_TOKEN: 'a' } })
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'error: the admin API answered without decisions'])
  })

  test('no token', async () => {
    const { code, stderr } = await explain(`--id ${denied} --bundle policy.iapb --admin ${proxy.admin}`)
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'error: the environment variable `IAP_ADMIN_TOKEN` is not set'])
  })
})

test.each<[string, string | (() => string), string]>([
  [
    'an id of no request',
    `--id ${UNKNOWN} --bundle policy.iapb --log old.jsonl old.jsonl.1.gz`,
    `no request has the id \`${UNKNOWN}\`: 2 records of requests were read, from `,
  ],
  ['an empty log', `--id ${UNKNOWN} --bundle policy.iapb --log empty.jsonl`, '0 records of requests were read\n'],
  [
    'an id twice',
    () => `--id ${denied} --bundle policy.iapb --log audit.jsonl --log old.jsonl`,
    'two records have the request id `',
  ],
  [
    'a bundle of another revision',
    () => `--id ${denied} --bundle other.iapb --log audit.jsonl`,
    '`other.iapb` has revision sha256:',
  ],
  [
    'a log that is cut off',
    () => `--id ${denied} --bundle policy.iapb --log cut.jsonl`,
    '`cut.jsonl` cannot be read: unexpected end of file',
  ],
  ['a log that does not exist', () => `--id ${denied} --bundle policy.iapb --log none.jsonl`, '`none.jsonl` does not exist'],
  [
    'a log that cannot be looked up',
    () => `--id ${denied} --bundle policy.iapb --log ${'x'.repeat(300)}`,
    'its name is too long',
  ],
  ['a log below a file', () => `--id ${denied} --bundle policy.iapb --log audit.jsonl/a`, '`audit.jsonl/a` does not exist'],
  ['a folder', () => `--id ${denied} --bundle policy.iapb --log .`, '`.` cannot be read: it is a folder'],
  ['no bundle', `--id ${UNKNOWN} --log audit.jsonl`, '`--id` needs `--bundle`'],
  ['no source', `--id ${UNKNOWN} --bundle policy.iapb`, '`--id` needs either `--log` or `--admin`'],
  ['two sources', `--id ${UNKNOWN} --bundle policy.iapb --log a --admin http://127.0.0.1:1`, '`--id` needs either'],
  [
    'an operand for the proxy',
    `--id ${UNKNOWN} --bundle policy.iapb --admin http://127.0.0.1:1 a`,
    '`--admin` takes no operand `a`',
  ],
  ['a log without an id', '--bundle policy.iapb --log audit.jsonl', '`--log` and `--admin` need `--id`'],
  ['neither id nor operand', '--bundle policy.iapb', '`iap explain` needs BUNDLE|PATH… or `--id`'],
])('%s', async (_, words, message) => {
  const { code, stdout, stderr } = await explain(typeof words === 'string' ? words : words())
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})
