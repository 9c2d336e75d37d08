import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkConfig, createLog, type Problem, StartupError, startProxy } from '../../runtime/index.ts'
import type { Config } from '../../runtime/server/config/index.ts'
import type { FileAuditConfig } from '../../runtime/telemetry/audit/index.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream, testPolicy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../runtime/telemetry/audit/audit-record.schema.json', import.meta.url), 'utf8'),
)

let upstream: TestUpstream
let serve: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end('fine')

beforeAll(async () => {
  upstream = await startUpstream((request, response) => serve(request, response))
})

afterAll(() => upstream?.close())

async function statusOf(app: TestProxy, target: string, ...lines: string[]): Promise<number> {
  const c = new RawClient(app.port)
  c.send(`GET ${target} HTTP/1.1\nHost: app.test\n${lines.map((line) => `${line}\n`).join('')}\n`)
  const { status } = await c.response()
  c.close()
  return status
}

describe('records', () => {
  test('fit the schema, and hold no credential, cookie, body or query', async () => {
    const app = await startTestProxy([upstream.origin])
    const token = app.bearer()
    const c = new RawClient(app.port)
    const secrets = ['Cookie: session=hush', `Authorization: ${token}`, 'X-Api-Key: hush', 'Content-Length: 9']
    for (const target of [
      '/users/x?hush=hush',
      '/admin/x?hush',
      '/users/%2e%2e?hush',
      '/nowhere',
      'http://hush:hush@app.test/',
    ]) {
      c.send(`POST ${target} HTTP/1.1\nHost: app.test\n${secrets.join('\n')}\n\nhush hush`)
      const response = await c.response()
      if (response.get('connection') === 'close') break
    }
    c.close()
    await statusOf(app, 'http://hush:hush@app.test/')
    await statusOf(app, '/open/x', 'Authorization: Basic aHVzaDpodXNo')
    const records = await app.audit(5)
    const validate = formats.default(new Ajv({ strict: true, allowUnionTypes: true })).compile(schema)
    for (const record of records) expect(validate(record), JSON.stringify(validate.errors)).toBe(true)
    const text = readFileSync(join(app.folder, 'audit.jsonl'), 'utf8')
    expect(text).not.toMatch(/hush/)
    expect(text).not.toContain(token.split('.')[2])
    expect(records[0]).toMatchObject({ effect: 'permit', rawPath: '/users/x', query: true, complete: true, sequence: 1 })
    await app.close()
  })

  test('name the path that was decided and the one that was forwarded', async () => {
    let url = ''
    serve = (request, response) => {
      url = request.url ?? ''
      response.end()
    }
    const app = await startTestProxy([upstream.origin])
    await statusOf(app, '/open/a%20%E2%80%A8b?x')
    const [record] = await app.audit(1)
    expect(record).toMatchObject({ path: '/open/a \u2028b', rawPath: '/open/a%20%E2%80%A8b', query: true })
    expect(url).toBe('/open/a%20%E2%80%A8b?x')
    await app.close()
  })
})

describe('reloading', () => {
  test('the next request is decided by the new policy, one under way ends under the old', async () => {
    let finish = (): void => {}
    serve = (_, response) => {
      finish = () => response.end('fine')
    }
    const app = await startTestProxy([upstream.origin])
    const c = new RawClient(app.port)
    c.send('GET /open/slow HTTP/1.1\nHost: app.test\n\n')
    await eventually(() => (finish.toString().includes('fine') ? true : undefined))
    const closed = testPolicy.replace(
      'permit open_to_all on app.open, app.tenant to anyone',
      'permit open_to_all on app.tenant to anyone',
    )
    const next = join(app.folder, 'next.iapb')
    writeFileSync(next, await compilePolicy(closed, { signers: [testSigner], sequence: 2 }))
    renameSync(next, join(app.folder, 'policy.iapb'))
    await eventually(() => (app.proxy.status().active?.sequence === 2 ? true : undefined))
    expect(await statusOf(app, '/open/slow')).toBe(403)
    finish()
    expect((await c.response()).body).toBe('fine')
    const records = await app.audit(2, '/open/slow')
    expect(records.map(({ sequence, effect }) => [sequence, effect]).toSorted()).toEqual([
      [1, 'permit'],
      [2, 'deny'],
    ])
    c.close()
    await app.close()
  })

  test('a bundle that is refused leaves the old one serving, and it is said everywhere', async () => {
    serve = (_, response) => response.end('fine')
    const app = await startTestProxy([upstream.origin])
    writeFileSync(join(app.folder, 'policy.iapb'), await compilePolicy(testPolicy, { sequence: 2 }))
    await eventually(() => app.proxy.status().lastError ?? undefined)
    expect(await statusOf(app, '/open/x')).toBe(200)
    const code = app.proxy.status().lastError?.code ?? ''
    const ready = await fetch(`${app.admin}/readyz?verbose`)
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({
        ready: true,
        policy: expect.objectContaining({ sequence: 1 }),
        lastError: expect.objectContaining({ code }),
        refusals: { [code]: 1 },
        identityProviders: expect.any(Array),
      }),
    ])
    expect(await app.metric(`iap_policy_loads_total{result="${code}"}`)).toBe(1)
    expect(app.log.join('')).toContain(`code=${code}`)
    await app.close()
  })

  test('a service that nothing binds is refused by name', async () => {
    const app = await startTestProxy([upstream.origin])
    const more = `${testPolicy}\nservice other at "other.test" { route x GET "/x" }\npermit other_open on other.x to anyone\n`
    const activation = await app.proxy.reload(await compilePolicy(more, { signers: [testSigner], sequence: 2 }))
    expect(activation).toMatchObject({ kind: 'refused', code: 'bind', message: expect.stringContaining('`other`') })
    await app.close()
  })
})

describe('the admin address', () => {
  test('is alive, ready, and counts', async () => {
    const app = await startTestProxy([upstream.origin])
    await statusOf(app, '/open/x')
    await statusOf(app, '/nowhere')
    await app.audit(2)
    const get = async (path: string, init?: RequestInit) => {
      const response = await fetch(`${app.admin}${path}`, init)
      return [response.status, await response.text()] as const
    }
    expect(await get('/livez')).toEqual([200, 'ok\n'])
    expect(await get('/readyz')).toEqual([200, 'ok\n'])
    expect((await get('/nowhere'))[0]).toBe(404)
    expect((await get('/metrics', { method: 'POST' }))[0]).toBe(405)
    const [, metrics] = await get('/metrics')
    expect(metrics).toContain('iap_requests_total{route="app.open",effect="permit",status="200"} 1')
    expect(metrics).toContain('iap_requests_total{route="",effect="deny",status="403",code="no-route"} 1')
    expect(metrics).toMatch(/iap_policy_info\{revision="sha256:[0-9a-f]{64}"\} 1/)
    for (const name of [
      'http_server_request_duration_seconds_count',
      'iap_decision_duration_seconds_sum',
      'iap_audit_dropped_total',
      'process_cpu_seconds_total',
    ])
      expect(metrics).toContain(name)
    await app.close()
  })

  test('does not answer under names of others', async () => {
    const app = await startTestProxy([upstream.origin])
    const port = Number(new URL(app.admin).port)
    for (const [host, status] of [
      ['evil.test', 421],
      [`evil.test:${port}`, 421],
      ['192.0.2.1', 421],
      ['127.0.0.1.evil.test', 421],
      [`127.0.0.1:${port}`, 200],
      ['localhost', 200],
      ['[::1]:80', 200],
    ] as const) {
      const c = new RawClient(port)
      c.send(`GET /livez HTTP/1.1\nHost: ${host}\n\n`)
      expect([host, (await c.response()).status]).toEqual([host, status])
      c.close()
    }
    await app.close()
  })
})

describe('ending', () => {
  test('lets what is under way end, and says so', async () => {
    let finish = (): void => {}
    serve = (_, response) => {
      finish = () => response.end('fine')
      response.write('begun, ')
    }
    const app = await startTestProxy([upstream.origin])
    const [busy, idle] = [new RawClient(app.port), new RawClient(app.port)]
    busy.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    idle.send('GET /nowhere HTTP/1.1\nHost: app.test\n\n')
    await idle.response()
    await eventually(() => (finish.toString().includes('fine') ? true : undefined))
    const closed = app.proxy.close()
    expect(await idle.rest()).toBe('')
    const ready = await fetch(`${app.admin}/readyz`)
    expect([ready.status, await ready.text()]).toEqual([503, 'it is shutting down\n'])
    await expect(fetch(`${app.origin}/open/x`)).rejects.toThrow()
    finish()
    expect((await busy.response()).body).toBe('begun, fine')
    await closed
    expect((await app.audit(2)).map(({ complete }) => complete)).toEqual([true, true])
    await app.close()
  })

  test('does not wait for ever', async () => {
    let begun = false
    serve = (_, response) => {
      begun = response.write('begun')
    }
    const app = await startTestProxy([upstream.origin], { drain: 100, timeout: '1h' })
    const c = new RawClient(app.port)
    c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    await eventually(() => begun || undefined)
    await app.proxy.close()
    await c.rest()
    await app.close()
  })
})

describe('a configuration that does not do', () => {
  let app: TestProxy
  beforeAll(async () => {
    app = await startTestProxy([upstream.origin])
  })
  afterAll(() => app?.close())

  async function problemsOf(config: Config): Promise<readonly Problem[]> {
    try {
      const proxy = await startProxy(config, { log: createLog(() => {}) })
      await proxy.close()
      return []
    } catch (error) {
      if (error instanceof StartupError) return error.problems
      throw error
    }
  }

  test('does not start, with every reason, before a socket is opened', async () => {
    const bundle = {
      ...(app.config.bundle as NonNullable<Config['bundle']>),
      source: { kind: 'file' as const, file: join(app.folder, 'none.iapb') },
      keys: [join(app.folder, 'none.jwk')],
      signatures: 1,
      state: join(app.folder, 's'),
    }
    const [sink] = app.config.audit
    const audit = [{ ...sink, kind: 'file', file: join(app.folder, 'key.jwk.json', 'x') } as FileAuditConfig]
    const problems = await problemsOf({ ...app.config, bundle, audit })
    expect(problems.map(({ fault }) => fault)).toEqual(['environment', 'environment'])
    expect(problems.map(({ message }) => message).join('\n')).toMatch(/audit log[\s\S]*key file .*none\.jwk/)
  })

  test.each([
    ['a service that is not bound', (config: Config) => ({ ...config, services: {} }), /service `app`/, 'content'],
    ['an identity that is not bound', (config: Config) => ({ ...config, identities: {} }), /identity `user`/, 'content'],
    [
      'a bundle that is not there',
      (config: Config) => ({
        ...config,
        bundle: {
          ...(config.bundle as NonNullable<Config['bundle']>),
          source: { kind: 'file', file: '/none.iapb' },
        } as Config['bundle'],
      }),
      /none\.iapb/,
      'environment',
    ],
    [
      'a key of the audit log that is not there',
      (config: Config) => ({ ...config, audit: [{ ...(config.audit[0] as FileAuditConfig), key: '/none.pem' }] }),
      /the audit key `\/none\.pem` cannot be read/,
      'environment',
    ],
    [
      'a public key in its place',
      (config: Config) => ({
        ...config,
        audit: [{ ...(config.audit[0] as FileAuditConfig), key: config.bundle?.keys[0] ?? '' }],
      }),
      /the audit key `.*key\.jwk\.json`: it is not a private key/,
      'content',
    ],
  ])('%s: start and check say the same', async (_, change, message, fault) => {
    const config = change({
      ...app.config,
      bundle: { ...(app.config.bundle as NonNullable<Config['bundle']>), state: join(app.folder, 'fresh') },
    })
    for (const problems of [await problemsOf(config), await checkConfig(config)]) {
      expect(problems).toHaveLength(1)
      expect(problems[0]).toMatchObject({ fault, message: expect.stringMatching(message) })
    }
    rmSync(join(app.folder, 'fresh'), { recursive: true, force: true })
  })

  test('checking finds nothing where nothing is wrong, and writes nothing', async () => {
    const digest = () =>
      createHash('sha256')
        .update(readdirSync(app.folder, { recursive: true }).join())
        .digest('hex')
    const before = digest()
    expect(await checkConfig(app.config)).toEqual([])
    expect(digest()).toBe(before)
  })

  test('an unsigned bundle needs its flag', async () => {
    writeFileSync(join(app.folder, 'unsigned.iapb'), await compilePolicy(testPolicy))
    const bundle = {
      ...(app.config.bundle as NonNullable<Config['bundle']>),
      source: { kind: 'file' as const, file: join(app.folder, 'unsigned.iapb') },
      state: null,
    }
    const config = { ...app.config, bundle }
    expect((await checkConfig(config))[0]?.fault).toBe('content')
    expect(await checkConfig(config, { unsignedBundle: true })).toEqual([])
    const proxy = await startProxy(config, { log: createLog(() => {}), insecure: { unsignedBundle: true } })
    await proxy.close()
  })

  test('a port that is taken', async () => {
    const taken: Server = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const listeners = [0, port].map((at) => ({
      address: { host: '127.0.0.1', port: at },
      check: null,
      fd: null,
      http2: false,
      trust: null,
      proxyProtocol: null,
      tls: null,
    }))
    const bundle = { ...(app.config.bundle as NonNullable<Config['bundle']>), state: null }
    expect(await problemsOf({ ...app.config, listeners, bundle })).toEqual([
      { fault: 'environment', message: `cannot listen on 127.0.0.1:${port}: the address is in use` },
    ])
    taken.close()
  })
})
