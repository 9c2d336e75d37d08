// Records of real requests hold what conditions read and no more; they are explained, and replayed against another policy.

import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barOf } from '../../cli/audit/log-files.ts'
import { inside } from '../cli/inside.ts'
import { ask } from '../support/ask.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const policy = (most: number) => `
identity user via jwt { sub: string, groups: set<string>, email: string, unread?: string, address?: { city: string, street: string } }
role support of user when "support" in caller.groups
type Line = { sku: string, price: int }
data assigned: map<string, set<string>>
service app at "app.test" {
  route list   GET  "/orders" query { customer: string, page?: int }
  route read   GET  "/orders/{id}"
  route refund POST "/orders/{id}/refund" body { amount: int, note: string, lines: list<Line> }
  route open   GET  "/open"
}
permit lists on app.list to support when query.customer in assigned[?caller.sub].orValue([])
permit reads on app.read to support
  when request.headers[?"x-tenant"].orValue("") == "a"
  unless request.headers[?"x-api-key"].orValue("") == "stolen"
permit city on app.read to user when has(caller.address) && caller.address.city == "Bonn"
permit refunds on app.refund to support when body.amount < ${most} && body.lines.all(line, line.price > 0)
permit open on app.open to anyone
`
const ASSIGNED = '{"ann":["c1"]}'
const KEY = 'of 32 characters, for a test here'

let upstream: TestUpstream
let proxy: TestProxy
beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    request.resume()
    response.end('ok')
  })
  proxy = await startTestProxy([upstream.origin], {
    policy: policy(500),
    files: { 'assigned.json': ASSIGNED, 'hash-key': KEY },
    sinks: [
      '{ file: ./none.jsonl, values: none }',
      `{ file: ./redacted.jsonl, redact: { omit: ['request.headers["x-tenant"]'], hash: [query.customer, caller.groups, body], key: { file: ./hash-key } } }`,
    ],
    more: 'data: { assigned: { file: ./assigned.json } }',
  })
  writeFileSync(join(proxy.folder, 'next.iapb'), await compilePolicy(policy(400), { signers: [testSigner], sequence: 2 }))
})
afterAll(async () => {
  await proxy.close()
  await upstream.close()
})

const claims = { sub: 'ann', groups: ['support'], email: 'ann@shop.example', unread: 'UNREAD' }

const headers = (more: object = {}) => [`Authorization: ${proxy.bearer({ ...claims, ...more })}`]
const refund = (amount: number) => ({ amount, note: 'NOTE', lines: [{ sku: 'SKU', price: amount }] })
const post = (path: string, body: object) =>
  ask(proxy.port, `POST ${path}`, [...headers(), 'Content-Type: application/json'], JSON.stringify(body))

interface Line {
  readonly requestId: string
  readonly path: string
  readonly effect: string
  readonly values?: { readonly read?: object; readonly hashed?: object; readonly omitted?: object; readonly body?: true }
}

/** Of the requests in the order in which they ended. */
async function linesIn(file: string, count: number): Promise<readonly Line[]> {
  return await eventually(() => {
    const lines = readFileSync(join(proxy.folder, file), 'utf8').split('\n').slice(0, -1)
    const records = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === undefined)
    return records.length >= count ? records : undefined
  })
}

const REQUESTS = 9

describe('what conditions read', () => {
  beforeAll(async () => {
    await ask(proxy.port, 'GET /orders?customer=c1&page=2&more=MORE', headers())
    await ask(proxy.port, 'GET /orders/1', [...headers(), 'X-Tenant: a', 'X-Api-Key: SECRET', 'X-Other: OTHER'])
    await ask(proxy.port, 'GET /orders/2', headers({ groups: [], address: { city: 'Bonn', street: 'STREET' } }))
    await post('/orders/3/refund', refund(450))
    await post('/orders/4/refund', refund(600))
    await ask(proxy.port, 'GET /open', headers())
    await ask(proxy.port, 'GET /open')
    await ask(proxy.port, `GET /orders/5`, [...headers(), `X-Tenant: ${'x'.repeat(2000)}`])
    await ask(proxy.port, 'GET /nowhere', headers())
  })

  test('stands in records, by path, and nothing else of the request', async () => {
    const lines = await linesIn('audit.jsonl', REQUESTS)
    const groups = { 'caller.groups': ['support'] }
    expect(lines.map(({ path, values }) => [path, values])).toEqual([
      ['/orders', { read: { ...groups, 'query.customer': 'c1' } }],
      [
        '/orders/1',
        {
          read: { 'caller.address': null, ...groups, 'request.headers["x-tenant"]': 'a' },
          omitted: { 'request.headers["x-api-key"]': 'secret' },
        },
      ],
      [
        '/orders/2',
        {
          read: { 'caller.address': { city: 'Bonn' }, 'caller.groups': [], 'request.headers["x-tenant"]': null },
          omitted: { 'request.headers["x-api-key"]': 'secret' },
        },
      ],
      ['/orders/3/refund', { body: true, read: { ...groups, 'body.amount': 450, 'body.lines': [{ price: 450 }] } }],
      ['/orders/4/refund', { body: true, read: { ...groups, 'body.amount': 600, 'body.lines': [{ price: 600 }] } }],
      ['/open', undefined],
      ['/open', undefined],
      [
        '/orders/5',
        {
          read: { 'caller.address': null, ...groups },
          omitted: { 'request.headers["x-api-key"]': 'secret', 'request.headers["x-tenant"]': 'long' },
        },
      ],
      ['/nowhere', undefined],
    ])
    const text = readFileSync(join(proxy.folder, 'audit.jsonl'), 'utf8')
    // Whole words: random identifiers and signatures have any three letters in them.
    expect(text).not.toMatch(/(?<![\w-])(?:UNREAD|SECRET|OTHER|STREET|NOTE|SKU|MORE)(?![\w-])|ann@|Bearer/)
  })

  test('fits the published schema', async () => {
    const schema = JSON.parse(
      readFileSync(new URL('../../runtime/telemetry/audit/audit-record.schema.json', import.meta.url), 'utf8'),
    )
    const validate = formats.default(new Ajv({ strict: true, allowUnionTypes: true })).compile(schema)
    for (const file of ['audit.jsonl', 'none.jsonl', 'redacted.jsonl'])
      for (const line of await linesIn(file, REQUESTS)) expect(validate(line), JSON.stringify(validate.errors)).toBe(true)
  })

  test('is left out, or hashed, as the configuration says', async () => {
    expect((await linesIn('none.jsonl', REQUESTS)).map(({ values }) => values)).toEqual(Array(REQUESTS).fill(undefined))
    const [list, read, , pays] = await linesIn('redacted.jsonl', REQUESTS)
    const hash = (text: string) => createHmac('sha256', KEY).update(text).digest('base64url')
    expect(list?.values).toEqual({ hashed: { 'caller.groups': [hash('support')], 'query.customer': hash('c1') } })
    expect(read?.values?.omitted).toEqual({ 'request.headers["x-api-key"]': 'secret', 'request.headers["x-tenant"]': 'redacted' })
    expect(pays?.values).toEqual({
      body: true,
      hashed: { 'body.amount': hash('450'), 'body.lines': [hash('{"price":450}')], 'caller.groups': [hash('support')] },
    })
  })
})

const run = (...words: readonly string[]) => inside(words, { cwd: proxy.folder })
const DATA = ['--data', 'assigned=assigned.json']

describe('iap replay', () => {
  const replay = async (...words: readonly string[]) => {
    const { code, stdout } = await run('replay', ...words, '--format', 'json')
    return [code, JSON.parse(stdout)] as const
  }

  test('says that nothing changes against what decided, but for what records lack', async () => {
    const [code, told] = await replay('audit.jsonl', '--against', 'policy.iapb', ...DATA)
    expect(code).toBe(0)
    expect(told).toMatchObject({ decisions: 9, changed: 0, same: 6, undetermined: 3, unreadable: 0 })
    expect(told.needs).toMatchObject([{ needs: 'request.headers["x-api-key"]', count: 3 }])
  })

  test('tells what another policy changes, for whom, and where', async () => {
    const [code, told] = await replay('audit.jsonl', '--against', 'next.iapb', ...DATA)
    expect([code, told.changed]).toEqual([1, 1])
    const decided = (await linesIn('audit.jsonl', REQUESTS)).find(({ path }) => path === '/orders/3/refund')
    const requestId = decided?.requestId
    expect(told.changes).toEqual([
      {
        change: 'loses-access',
        before: { effect: 'permit', route: 'app.refund', rules: ['refunds'], reason: null },
        after: { effect: 'deny', route: 'app.refund', rules: [], reason: 'default' },
        count: 1,
        samples: [{ requestId, file: 'audit.jsonl', line: expect.any(Number) }],
      },
    ])
    const line = readFileSync(join(proxy.folder, 'audit.jsonl'), 'utf8').split('\n')[told.changes[0].samples[0].line - 1]
    expect(JSON.parse(line as string).requestId).toBe(requestId)
    expect((await replay('audit.jsonl', '--against', 'next.iapb', ...DATA, '--allow-changes'))[0]).toBe(0)
  })

  test('cannot tell without the data, nor without values', async () => {
    expect((await replay('audit.jsonl', '--against', 'policy.iapb'))[1].needs).toContainEqual(
      expect.objectContaining({ needs: 'data assigned', count: 1 }),
    )
    const [code, told] = await replay('none.jsonl', '--against', 'policy.iapb', ...DATA, '--strict')
    expect([code, told]).toMatchObject([1, { changed: 0, same: 3, undetermined: 6 }])
  })

  test('takes data of the version that decided, and no other unless it is told to', async () => {
    writeFileSync(join(proxy.folder, 'other.json'), '{"ann":["c1","c2"]}')
    const [, told] = await replay('audit.jsonl', '--against', 'policy.iapb', '--data', 'assigned=other.json')
    expect(told.needs).toContainEqual(expect.objectContaining({ needs: 'data assigned' }))
    const any = await replay('audit.jsonl', '--against', 'policy.iapb', '--data', 'assigned=other.json', '--any-data')
    expect(any[1].needs).not.toContainEqual(expect.objectContaining({ needs: 'data assigned' }))
  })

  test('tells what hashed values equal with the key, and not what is in them', async () => {
    const [, without] = await replay('redacted.jsonl', '--against', 'policy.iapb', ...DATA)
    expect(without).toMatchObject({ changed: 0, same: 3 })
    const [, told] = await replay('redacted.jsonl', '--against', 'policy.iapb', ...DATA, '--hash-key', 'hash-key')
    // The list: a set that holds `support`, and a customer in data. How much is refunded is compared otherwise.
    expect(told).toMatchObject({ changed: 0, same: 4 })
    expect(told.needs.map((one: { needs: string }) => one.needs)).toContain('body.amount')
  })

  test('shows people the same, and reads standard input', async () => {
    const { code, stdout } = await run('replay', 'audit.jsonl', '--against', 'next.iapb', ...DATA)
    expect(code).toBe(1)
    expect(stdout).toContain('loses access  app.refund  1×\n  permit by refunds → deny (default)\n  audit.jsonl:')
    expect(stdout).toContain('✗ 9 decisions: 5 the same, 1 changed, 3 undetermined\n')
    const stdin = readFileSync(join(proxy.folder, 'audit.jsonl'), 'utf8')
    const piped = await inside(['replay', '-', '--against', 'next.iapb', ...DATA], { cwd: proxy.folder, stdin })
    expect([piped.code, piped.stdout.replaceAll('-:', 'audit.jsonl:')]).toEqual([1, stdout])
  })

  test('shows how far it is, where that is asked for seldom enough', () => {
    expect([barOf(0, 10), barOf(5, 10), barOf(12, 10), barOf(0, 0)]).toEqual([
      `[${'░'.repeat(24)}]   0 %`,
      `[${'█'.repeat(12)}${'░'.repeat(12)}]  50 %`,
      `[${'█'.repeat(24)}] 100 %`,
      `[${'█'.repeat(24)}] 100 %`,
    ])
  })
})

describe('iap explain --bundle', () => {
  async function lineOf(path: string): Promise<string> {
    await linesIn('audit.jsonl', REQUESTS)
    const lines = readFileSync(join(proxy.folder, 'audit.jsonl'), 'utf8').split('\n')
    return `audit.jsonl:${lines.findIndex((line) => line.includes(`"path":"${path}"`)) + 1}`
  }

  test('tells of each rule what became of its clauses', async () => {
    const { code, stdout } = await run('explain', await lineOf('/orders/4/refund'), '--bundle', 'policy.iapb', '--values')
    expect([code, stdout.split('\n').map((line) => line.replace(/ {2}policy\.iap:.*$/, ''))]).toEqual([
      0,
      [
        expect.stringMatching(/^✗ deny by default {2}on app\.refund {2}id /),
        '  ✗ permit refunds  does not hold',
        '      ✗ when body.amount < 500 && body.lines.all(line, line.price > 0)',
        expect.stringContaining('body.amount = 600'),
        '  nearest permit: refunds: 1 clause of it is not true',
        '      ✗ when body.amount < 500 && body.lines.all(line, line.price > 0)',
        '',
      ],
    ])
  })

  test('names what the record lacks, and tells what reads it as unknown', async () => {
    const { stdout } = await run('explain', await lineOf('/orders/5'), '--bundle', 'policy.iapb', '--format', 'json')
    const { lacking, rules, nearest, answer } = JSON.parse(stdout)
    expect([lacking, nearest, answer.effect]).toEqual([
      ['request.headers["x-api-key"]', 'request.headers["x-tenant"]'],
      null,
      'deny',
    ])
    const outcomes = Object.fromEntries(
      rules.map((one: { rule: string; outcome: string; clauses: { outcome: string }[] }) => [
        one.rule,
        [one.outcome, one.clauses.map(({ outcome }) => outcome)],
      ]),
    )
    expect(outcomes).toMatchObject({ reads: ['unknown', ['unknown', 'unknown']], city: ['fails', ['false']] })
  })

  test('finds the revision that decided, and refuses another', async () => {
    const line = await lineOf('/orders/4/refund')
    const { code, stdout } = await run('explain', line, '--bundle', 'state')
    expect([code, stdout]).toEqual([0, expect.stringContaining('deny by default')])
    const refused = await run('explain', line, '--bundle', 'next.iapb')
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/`next.iapb` has revision sha256:.* made this decision/),
    ])
    const other = await run('explain', line, '--bundle', 'next.iapb', '--any-revision')
    expect([other.code, other.stdout]).toEqual([0, expect.stringContaining('body.amount < 400')])
  })

  test('explains a line itself, and those of standard input', async () => {
    const lines = readFileSync(join(proxy.folder, 'audit.jsonl'), 'utf8').split('\n')
    const line = lines.find((one) => one.includes('"path":"/orders/2"')) as string
    const words = ['--bundle', 'policy.iapb']
    const { stdout } = await run('explain', line, ...words)
    expect(stdout).toContain('permit by city')
    expect((await inside(['explain', '-', ...words], { cwd: proxy.folder, stdin: `${line}\n` })).stdout).toBe(stdout)
  })

  test('tells what is no line to explain', async () => {
    for (const [operand, told] of [
      ['audit.jsonl', 'is not a line of an audit log'],
      ['audit.jsonl:999', 'has no line 999'],
      ['missing.jsonl:1', 'does not exist'],
      ['{"kind":"login"}', 'is not a record of a request'],
      ['{"effect":"reject"}', 'no policy decided this request'],
    ] as const) {
      const { code, stderr } = await run('explain', operand, '--bundle', 'policy.iapb')
      expect([code, stderr]).toEqual([2, expect.stringContaining(told)])
    }
  })
})
