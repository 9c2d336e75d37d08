/** Data from files and from operators: what is taken, what is refused and why, and what is left after a restart. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkConfig, createLog, startProxy } from '../../runtime/index.ts'
import type { ChangeRecord } from '../../runtime/telemetry/audit/index.ts'
import { adminFiles, adminYaml, callAdmin, misfit } from '../support/admin.ts'
import { ask, outcomeOf } from '../support/ask.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const POLICY = `
identity user via jwt { sub: string }
data blocked: set<string>
data levels: map<string, int>
service app at "app.test" {
  route open  ANY "/open"
  route users ANY "/users"
  route high  ANY "/high"
}
permit open_to_all on app.open to anyone
permit users_in on app.users to user unless caller.sub in blocked
permit high_in on app.high to user when levels[?caller.sub].orValue(0) > 3
`

let upstream: TestUpstream
let app: TestProxy

beforeEach(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  app = await startTestProxy([upstream.origin], {
    policy: POLICY,
    adminMore: adminYaml,
    files: { ...adminFiles, 'blocked.json': '["ben"]' },
    more: 'data: { blocked: { file: ./blocked.json }, levels: { push: true } }',
  })
})
afterEach(async () => {
  await app?.close()
  await upstream?.close()
})

const get = async (path: string, sub: string) =>
  outcomeOf(await ask(app.port, `GET ${path}`, [`Authorization: ${app.bearer({ sub })}`]))
const changes = () =>
  readFileSync(join(app.folder, 'audit.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ChangeRecord)
    .filter(({ kind }) => kind === 'data')

const PATH = '/v1/data/{name}'
const put = async (value: unknown, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await callAdmin(app.admin, 'PUT', '/v1/data/levels', value, headers)
  expect(misfit('PUT', PATH, answer)).toBeNull()
  return answer
}
const patch = async (operations: unknown, headers: Readonly<Record<string, string>> = {}) => {
  const type = { 'content-type': 'application/json-patch+json' }
  const answer = await callAdmin(app.admin, 'PATCH', '/v1/data/levels', operations, { ...type, ...headers })
  expect(misfit('PATCH', PATH, answer)).toBeNull()
  return answer
}

test('a file is watched: another value counts, one that does not fit leaves the one before', async () => {
  expect([await get('/users', 'ann'), await get('/users', 'ben')]).toEqual([
    [200, null],
    [403, 'denied'],
  ])
  const replace = (text: string) => {
    writeFileSync(join(app.folder, 'next.json'), text)
    renameSync(join(app.folder, 'next.json'), join(app.folder, 'blocked.json'))
  }
  replace('["ann"]')
  await eventually(async () => ((await get('/users', 'ann'))[0] === 403 ? true : undefined))
  expect(await get('/users', 'ben')).toEqual([200, null])
  for (const [text, message] of [
    ['["ann", 7]', /blocked\/1/],
    ['["ann",', /not valid JSON/],
  ] as const) {
    replace(text)
    const status = await eventually(() => {
      const { lastError } = app.proxy.deciding.data.status('blocked') ?? {}
      return lastError && message.test(lastError) ? lastError : undefined
    })
    expect(status).toMatch(message)
    expect(await get('/users', 'ann')).toEqual([403, 'denied'])
  }
  const answer = await callAdmin(app.admin, 'PUT', '/v1/data/blocked', [])
  expect([answer.status, answer.body.detail]).toEqual([409, expect.stringContaining('cannot be pushed')])
})

test('pushed: nothing, then values, each of which counts at once and stands in records', async () => {
  expect(await get('/high', 'ann')).toEqual([403, 'denied'])
  const first = await put({ ann: 4 })
  expect(first.body).toEqual({ name: 'levels', version: expect.stringMatching(/^[\w-]{22}$/), changed: true })
  expect(first.headers.get('etag')).toBe(`"${first.body.version}"`)
  expect(await get('/high', 'ann')).toEqual([200, null])
  expect((await put({ ann: 4 })).body.changed).toBe(false)
  const read = await callAdmin(app.admin, 'GET', '/v1/data/levels')
  expect([read.body, read.headers.get('etag')]).toEqual([{ ann: 4 }, `"${first.body.version}"`])
  expect((await patch([{ op: 'replace', path: '/ann', value: 3 }])).status).toBe(200)
  expect(await get('/high', 'ann')).toEqual([403, 'denied'])
  const records = await app.audit(3, '/high')
  expect(records.map(({ reason, data }) => [reason, data.levels ?? null])).toEqual([
    ['data', null],
    [null, first.body.version],
    ['default', expect.stringMatching(/^[\w-]{22}$/)],
  ])
  const found = await eventually(() => (changes().length >= 3 ? changes() : undefined))
  const schema = JSON.parse(readFileSync('runtime/telemetry/audit/data-record.schema.json', 'utf8'))
  const validate = formats.default(new Ajv({ strict: true, allowUnionTypes: true })).compile(schema)
  for (const record of found) expect(validate(record), JSON.stringify(validate.errors)).toBe(true)
  expect(found.at(-1)).toMatchObject({ change: 'taken', name: 'levels', by: 'token 1', before: first.body.version })
  expect(JSON.stringify(found)).not.toContain('"ann"')
})

describe('refused, and the value before goes on to count', () => {
  beforeEach(async () => void (await put({ ann: 4 })))
  afterEach(async () => {
    expect(await get('/high', 'ann')).toEqual([200, null])
    expect((await callAdmin(app.admin, 'GET', '/v1/data/levels')).body).toEqual({ ann: 4 })
  })

  test.each<readonly [string, unknown, string]>([
    ['a value of another type', { ann: 'x' }, '/ann'],
    ['a list', [], ''],
    ['a number that is none', { ann: 1.5 }, '/ann'],
  ])('%s: 422 with the place', async (_, value, pointer) => {
    const answer = await put(value)
    expect([answer.status, answer.body.code, answer.body.pointer]).toEqual([422, 'refused', pointer])
  })

  test('what is no JSON: 422', async () => {
    expect((await put('{"ann": 1, "ann": 2}')).status).toBe(422)
    expect((await put('{')).body.detail).toMatch(/not valid JSON/)
  })

  test.each<readonly [string, unknown, number]>([
    ['a place that is not there', [{ op: 'replace', path: '/ben', value: 1 }], 422],
    [
      'a test that fails, after something that was done',
      [
        { op: 'replace', path: '/ann', value: 9 },
        { op: 'test', path: '/ann', value: 1 },
      ],
      422,
    ],
    ['a result that does not fit', [{ op: 'add', path: '/ben', value: 'x' }], 422],
    ['a whole that does not fit', [{ op: 'replace', path: '', value: 7 }], 422],
    ['a prototype', [{ op: 'add', path: '/__proto__/x', value: 1 }], 400],
    ['what every object has', [{ op: 'add', path: '/constructor', value: 1 }], 400],
    ['the same as its source', [{ op: 'copy', from: '/constructor/prototype', path: '/ben' }], 400],
    ['what JavaScript has there', [{ op: 'add', path: '/hasOwnProperty/call', value: 1 }], 422],
    ['what JavaScript has there, replaced', [{ op: 'replace', path: '/toString', value: 1 }], 422],
    ['no value left', [{ op: 'remove', path: '' }], 422],
    ['more work than there is', Array.from({ length: 30 }, (_, i) => ({ op: 'copy', from: '', path: `/x${i}` })), 422],
    ['no list', { op: 'add' }, 400],
    ['an operation that is none', [{ op: 'increment', path: '/ann' }], 400],
    ['one without a value', [{ op: 'add', path: '/ann' }], 400],
    ['a path that is no pointer', [{ op: 'remove', path: 'ann' }], 400],
    ['an escape that is none', [{ op: 'remove', path: '/~2' }], 400],
  ])('a patch with %s', async (_, operations, status) => {
    expect((await patch(operations)).status).toBe(status)
  })

  test('another version than whoever puts it thinks: 412', async () => {
    const { body } = await callAdmin(app.admin, 'GET', '/v1/data')
    const [, levels] = body.data as { name: string; version: string }[]
    const wrong = `"${'a'.repeat(22)}"`
    expect((await put({ ann: 5 }, { 'if-match': wrong })).status).toBe(412)
    expect((await put({ ann: 5 }, { 'if-none-match': '*' })).status).toBe(412)
    expect((await put({ ann: 5 }, { 'if-match': 'W/"x"' })).status).toBe(400)
    expect((await put({ ann: 4 }, { 'if-match': `"${levels?.version}"` })).status).toBe(200)
    expect(misfit('GET', '/v1/data', await callAdmin(app.admin, 'GET', '/v1/data'))).toBeNull()
  })

  test('another type, another name', async () => {
    expect((await put({}, { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    expect((await callAdmin(app.admin, 'PUT', '/v1/data/constructor', {})).status).toBe(404)
    expect((await callAdmin(app.admin, 'GET', '/v1/data/nothing')).status).toBe(404)
  })
})

test('of two that put at once on one version, one is told', async () => {
  const { version } = (await put({ ann: 1 })).body
  const all = await Promise.all(Array.from({ length: 10 }, (_, i) => put({ ann: i + 2 }, { 'if-match': `"${version}"` })))
  expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(all.filter(({ status }) => status === 412)).toHaveLength(9)
})

test('what was pushed is there after a restart, and what does not fit any more keeps it from starting', async () => {
  await put({ ann: 4 })
  await app.proxy.close()
  const again = await startProxy(app.config, { log: createLog(() => {}) })
  expect(again.deciding.data.get('levels')?.text).toBe('{"ann":4}')
  await again.close()
  writeFileSync(join(app.folder, 'state', 'data', 'levels.json'), '{"ann":"x"}')
  await expect(startProxy(app.config, { log: createLog(() => {}) })).rejects.toThrow(/levels\/ann/)
})

test('checking reads the files, and says what does not fit', async () => {
  expect(await checkConfig(app.config)).toEqual([])
  writeFileSync(join(app.folder, 'blocked.json'), '["ann", 7]')
  expect((await checkConfig(app.config)).map(({ message }) => message)).toEqual([expect.stringMatching(/blocked\/1/)])
  writeFileSync(join(app.folder, 'blocked.json'), '[')
  expect((await checkConfig(app.config)).map(({ message }) => message)).toEqual([expect.stringMatching(/not valid JSON/)])
})
