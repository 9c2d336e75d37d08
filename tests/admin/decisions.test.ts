/** The last decisions and the routes, as operators ask for them: one process, and two workers. Real sockets. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inside } from '../cli/inside.ts'
import { type Live, livePolicy, openLive } from '../live/start-live.ts'
import { ADMIN_TOKEN, adminFiles, adminYaml, callAdmin, misfit } from '../support/admin.ts'
import { ask } from '../support/ask.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { until } from '../support/until.ts'

const PATH = '/v1/decisions'

let upstream: TestUpstream
beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
})
afterAll(() => upstream?.close())

interface Told {
  readonly decisions: readonly {
    readonly path: unknown
    readonly effect: string
    readonly requestId: string
    readonly time: string
  }[]
  readonly missed: number
  readonly cursor: string
}

const start = (more = '', sinks: readonly string[] = []) =>
  startTestProxy([upstream.origin], { adminMore: adminYaml, files: adminFiles, more, sinks })

async function told(app: { readonly admin: string }, query = ''): Promise<Told> {
  const answer = await callAdmin(app.admin, 'GET', `${PATH}${query}`)
  expect([answer.status, misfit('GET', PATH, answer)]).toEqual([200, null])
  return answer.body as Told
}

const paths = ({ decisions }: Told) => decisions.map(({ path }) => path)

describe('one process', () => {
  let app: TestProxy
  beforeAll(async () => {
    app = await start()
    for (let i = 0; i < 5; i++) await ask(app.port, `GET /open/${i}`)
    await ask(app.port, 'GET /users/ann', [`Authorization: ${app.bearer()}`])
    await ask(app.port, 'GET /users/nobody')
    await ask(app.port, 'GET /admin/x', [`Authorization: ${app.bearer()}`])
    await ask(app.port, 'GET /nowhere?token=secret')
    await app.audit(9)
  })
  afterAll(() => app?.close())

  test('they are the records of the audit log, the newest first', async () => {
    const { decisions, missed } = await told(app)
    const written = readFileSync(join(app.folder, 'audit.jsonl'), 'utf8').split('\n').slice(0, -1)
    const byId = new Map(
      written
        .map((line) => JSON.parse(line))
        .map(({ stream: _, seq: __, hash: ___, values: ____, ...record }) => [record.requestId, record]),
    )
    expect(decisions).toHaveLength(9)
    for (const decision of decisions) expect(decision).toEqual(byId.get(decision.requestId))
    const times = decisions.map(({ time }) => time)
    expect(times).toEqual(times.toSorted().reverse())
    expect([decisions[0]?.path, decisions[8]?.path, missed]).toEqual(['/nowhere', '/open/0', 0])
    expect(JSON.stringify(decisions)).not.toContain('secret')
  })

  test.each([
    ['effect=deny', ['/nowhere', '/admin/x']],
    ['effect=deny&effect=unauthenticated', ['/nowhere', '/admin/x', '/users/nobody']],
    ['route=app.users', ['/users/nobody', '/users/ann']],
    ['service=app&subject=ann', ['/admin/x', '/users/ann']],
    ['rule=users_in', ['/users/ann']],
    ['path=/users/*', ['/users/nobody', '/users/ann']],
    ['path=/open/3', ['/open/3']],
    ['status=4xx&code=denied', ['/admin/x']],
    ['identity=user&effect=permit', ['/users/ann']],
    ['limit=2', ['/nowhere', '/admin/x']],
    ['route=constructor', []],
  ])('%s', async (query, found) => {
    expect(paths(await told(app, `?${query}`))).toEqual(found)
  })

  test('the cursor goes on where the answer has ended', async () => {
    const { cursor } = await told(app)
    expect(await told(app, `?after=${cursor}`)).toEqual({ decisions: [], missed: 0, cursor })
    await ask(app.port, 'GET /open/next')
    await app.audit(1, '/open/next')
    const next = await told(app, `?after=${cursor}`)
    expect([paths(next), next.missed]).toEqual([['/open/next'], 0])
    // What does not fit is passed over, too.
    const filtered = await told(app, `?after=${cursor}&effect=deny`)
    expect([paths(filtered), filtered.cursor]).toEqual([[], next.cursor])
  })

  test.each([
    ['effect=allow', '`effect` must be one of permit, deny, challenge, unauthenticated, reject'],
    ['limit=0', '`limit` must be a number from 1 to 500'],
    ['limit=501', '`limit` must be a number from 1 to 500'],
    ['limit=1e2', '`limit` must be a number from 1 to 500'],
    ['limit=1&limit=2', '`limit` must not be repeated'],
    ['after=x', '`after` must be the `cursor` of an answer'],
    ['after=0.1.1-', '`after` must be the `cursor` of an answer'],
    ['after=0.-1.1', '`after` must be the `cursor` of an answer'],
    ['revision=x', 'unknown parameter `revision`'],
    ['__proto__=x', 'unknown parameter `__proto__`'],
    ['kind=action', 'unknown parameter `kind`'],
  ])('%s is 400', async (query, detail) => {
    const answer = await callAdmin(app.admin, 'GET', `${PATH}?${query}`)
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([400, 'malformed', detail])
    expect(misfit('GET', PATH, answer)).toBeNull()
  })

  test('the page asks for what there is', async () => {
    const page = readFileSync('docs/reference/admin-api.md', 'utf8')
    const shown = [...page.matchAll(/'http:\/\/127\.0\.0\.1:9901(\/v1\/decisions[^']*)'/g)].map(([, path = '']) => path)
    expect(shown.length).toBeGreaterThan(0)
    for (const path of shown) expect((await callAdmin(app.admin, 'GET', path)).status).toBe(200)
  })

  test('the command', async () => {
    const iap = (...words: readonly string[]) =>
      inside(['audit', 'recent', '--admin', app.admin, ...words], { env: { IAP_ADMIN_TOKEN: ADMIN_TOKEN } })
    const { code, stdout, stderr } = await iap('--effect', 'deny', '--effect', 'unauthenticated')
    const lines = stdout.trim().split('\n')
    expect([code, stderr]).toEqual([0, '3 decisions\n'])
    expect(lines.map((line) => line.split(' ').slice(1, 5).join(' '))).toEqual([
      'unauthenticated 401 GET app.test/users/nobody',
      'deny 403 GET app.test/admin/x',
      'deny 403 GET app.test/nowhere',
    ])
    const json = await iap('--route', 'app.users', '--format', 'json')
    expect(
      json.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).path),
    ).toEqual(['/users/ann', '/users/nobody'])
    expect(await iap('--effect', 'allow')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('`--effect` cannot be `allow`'),
    })
  })

  test('they are for nobody else, and nobody keeps them', async () => {
    for (const path of [PATH, '/v1/routes']) {
      expect((await fetch(`${app.admin}${path}`)).status).toBe(401)
      expect((await callAdmin(app.admin, 'POST', path, {})).status).toBe(405)
      expect((await callAdmin(app.admin, 'GET', path)).headers.get('cache-control')).toBe('no-store')
    }
  })

  test('routes, whether a rule says anything of them, and what has become of their requests', async () => {
    const answer = await callAdmin(app.admin, 'GET', '/v1/routes')
    expect([answer.status, misfit('GET', '/v1/routes', answer)]).toEqual([200, null])
    const { routes, unrouted } = answer.body
    expect(routes.map(({ route }: { route: string }) => route)).toEqual([
      ...['app.admin', 'app.open', 'app.sum', 'app.tenant', 'app.users'],
    ])
    const none = { permit: 0, deny: 0, challenge: 0, unauthenticated: 0, reject: 0 }
    expect(routes[4]).toEqual({
      ...{ route: 'app.users', service: 'app', path: '/users/{rest...}', methods: null, labels: ['pii'], covered: true },
      requests: { ...none, permit: 1, unauthenticated: 1 },
    })
    expect(routes[2]).toMatchObject({ path: '/sum/{n}', methods: ['GET', 'HEAD'], requests: none })
    expect(unrouted).toEqual({ ...none, deny: 1 })
  })
})

test('of more than are held the answer says how many are not told', async () => {
  const app = await start()
  const { cursor } = await told(app)
  await ask(app.port, 'GET /nowhere')
  for (let i = 0; i < 150; i++) await ask(app.port, `GET /open/${i}`)
  await app.audit(151)
  const { decisions, missed } = await told(app, `?after=${cursor}&limit=500`)
  expect([decisions.length, missed, decisions.some(({ path }) => path === '/nowhere')]).toEqual([129, 22, true])
  const few = await told(app, `?after=${cursor}&limit=10`)
  expect([few.decisions.length, few.missed]).toEqual([10, 141])
  await app.close()
})

test('what one of the sinks must not have is not told, and cannot be asked for', async () => {
  const redacted = (name: string, what: string) => `{ file: ./${name}.jsonl, redact: { ${what} } }`
  process.env.IAP_TEST_AUDIT_KEY = 'for tests only, and of more than 32 characters'
  const app = await start('', [
    redacted('one', 'omit: [source], hash: [caller.subject, path], key: { env: IAP_TEST_AUDIT_KEY }'),
    redacted('two', 'omit: [path]'),
  ])
  await ask(app.port, 'GET /users/ann', [`Authorization: ${app.bearer()}`])
  await app.audit(1)
  const { decisions } = await told(app)
  expect(decisions).toMatchObject([
    { source: null, path: null, rawPath: null, caller: { identity: 'user', subject: { hash: expect.any(String) } } },
  ])
  for (const query of ['subject=ann', 'path=/users/*']) expect(paths(await told(app, `?${query}`))).toEqual([])
  await app.close()
})

describe('two workers', () => {
  let live: Live
  beforeAll(async () => {
    live = await openLive()
  })
  afterAll(() => live?.close())

  test('both tell theirs, one that is gone is missed by nobody, and a route without a rule is told', async () => {
    const bare = livePolicy(['staff']).replace('route posted', 'route bare GET "/bare"\n  route posted')
    await live.release(bare, 2)
    const { api, get, running } = await live.start({ workers: 2 })
    await api('PUT', '/v1/data/listed', [])
    const ask = async (query = '') => (await api('GET', `${PATH}${query}`)).body as Told
    for (let i = 0; i < 20; i++) await get(`/open/${i}`)
    await until(async () => (await ask()).decisions.length === 20)
    const { cursor, decisions } = await ask()
    expect(new Set(paths({ decisions, missed: 0, cursor })).size).toBe(20)
    // Each has a place of its own in it.
    expect(cursor).toMatch(/^\d+\.\d+\.\d+-\d+\.\d+\.\d+$/)
    for (const place of cursor.split('-')) expect(Number(place.split('.')[1])).toBeGreaterThan(0)
    await get('/bare', live.bearer())
    await until(async () => (await ask(`?after=${cursor}`)).decisions.length === 1)

    const [worker] = await running.workers()
    process.kill(worker?.pid ?? 0, 'SIGKILL')
    await running.line(/a worker has ended with SIGKILL/)
    await until(async () => (await running.workers()).filter(({ state }) => state === 'ready').length === 2)
    const { cursor: now } = await ask(`?after=${cursor}`)
    for (let i = 0; i < 10; i++) await get(`/open/again-${i}`)
    await until(async () => (await ask(`?after=${now}`)).decisions.length === 10)
    expect((await ask(`?after=${now}`)).missed).toBe(0)

    const { routes } = (await api('GET', '/v1/routes')).body
    const covered = routes.map(({ route, covered: is }: { route: string; covered: boolean }) => [route, is])
    expect(Object.fromEntries(covered)).toEqual({
      ...{ 'app.bare': false, 'app.listed': true, 'app.open': true, 'app.posted': false, 'app.users': true },
    })
    // What those have counted that are gone counts, as far as they were asked.
    const open = routes.find(({ route }: { route: string }) => route === 'app.open')
    expect(open.requests.permit).toBeGreaterThanOrEqual(10)
  })
})
