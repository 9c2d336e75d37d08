/** `iap self-test`, within this process: what services do with it, tests/package/verify.test.ts shows. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createSigningKeys, openKeyFile } from '../../runtime/identity/index.ts'
import { createVerifier, guardHttp } from '../../sdk/verify/index.ts'
import { collectLog } from '../support/identity.ts'
import { testAuthority } from '../support/test-authority.ts'
import { inside } from './inside.ts'

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const serve = async (listener: RequestListener) => `http://127.0.0.1:${await listening(createServer(listener))}`

/** A folder with keys, and a configuration that has these services. */
function project(services: string, state = 'assertion: { state: ./keys }') {
  const folder = mkdtempSync(join(tmpdir(), 'iap-self-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const keys = createSigningKeys(
    { rotation: 86_400_000, lifetime: 120_000, file: openKeyFile(join(folder, 'keys')), log: collectLog() },
    Date.now(),
  )
  const file = join(folder, 'iap.yaml')
  writeFileSync(file, `listeners: [{ address: "127.0.0.1:0" }]\nservices: { ${services} }\n${state}\n`)
  const guard = guardHttp(createVerifier({ audience: 'orders', jwks: { keys: keys.published(Date.now()) } }))
  return { folder, file, guard, ask: (...words: string[]) => inside(['self-test', '-c', file, ...words]) }
}

interface Case {
  readonly upstream: string
  readonly case: string
  readonly status: number | null
  readonly ok: boolean
}

async function casesOf(
  asked: Promise<{ code: number | null; stdout: string }>,
): Promise<readonly [number | null, readonly Case[]]> {
  const { code, stdout } = await asked
  return [code, (JSON.parse(stdout) as { cases: readonly Case[] }).cases]
}

describe('a service', () => {
  test('that checks passes, at each of its addresses', async () => {
    const seen: (string | undefined)[] = []
    let checking: RequestListener = () => {}
    const listener: RequestListener = (request, response) => {
      seen.push(`${request.headers.host} ${request.url}`)
      checking(request, response)
    }
    const [one, two] = [await serve(listener), await serve(listener)]
    const { guard, ask } = project(`orders: { upstreams: [${one}, "${two}"] }`)
    checking = (request, response) => guard(request, response, () => response.end())
    const { code, stdout } = await ask('--service', 'orders', '--path', '/orders?page=2', '--host', 'orders.example')
    expect([code, stdout.match(/✓/g)?.length, stdout.match(/✗/g)]).toEqual([0, 13, null])
    expect(new Set(seen)).toEqual(new Set(['orders.example /orders?page=2']))
  })

  test.each([
    ['takes everything', 200, ['missing', 'expired', 'not-yet-valid', 'other-audience', 'badly-signed']],
    ['refuses everything', 403, ['good']],
    ['is broken', 500, ['good', 'missing', 'expired', 'not-yet-valid', 'other-audience', 'badly-signed']],
    ['sends everybody elsewhere', 302, ['missing', 'expired', 'not-yet-valid', 'other-audience', 'badly-signed']],
  ])('that %s does not', async (_, status, failed) => {
    const origin = await serve((_, response) => void response.writeHead(status, { location: '/' }).end())
    const { ask } = project(`orders: { upstreams: [${origin}] }`)
    const [code, cases] = await casesOf(ask('--service', 'orders', '--format', 'json'))
    expect([code, cases.filter(({ ok }) => !ok).map((one) => one.case)]).toEqual([1, failed])
  })

  test('that is for another name does not: its audience is what it is called', async () => {
    let checking: RequestListener = () => {}
    const origin = await serve((request, response) => checking(request, response))
    const { guard, ask } = project(`stock: { upstreams: [${origin}] }`)
    checking = (request, response) => guard(request, response, () => response.end())
    const [code, cases] = await casesOf(ask('--service', 'stock', '--format', 'json'))
    expect([code, cases.filter(({ ok }) => !ok).map((one) => [one.case, one.status])]).toEqual([1, [['good', 401]]])
  })

  test('is asked over its own TLS', async () => {
    const authority = testAuthority()
    const { cert, key } = authority.server(['localhost'])
    let checking: RequestListener = () => {}
    const port = await listening(createSecure({ cert, key }, (request, response) => checking(request, response)))
    const { folder, guard, ask } = project(`orders: { upstreams: ["https://localhost:${port}"], tls: { ca: ./ca.pem } }`)
    writeFileSync(join(folder, 'ca.pem'), authority.cert)
    checking = (request, response) => guard(request, response, () => response.end())
    const { code, stdout } = await ask('--service', 'orders')
    expect([code, stdout]).toEqual([0, expect.stringContaining('orders verifies the assertion')])
  })

  test('that cannot be asked is told apart', async () => {
    const { ask } = project(`orders: { upstreams: ["http://127.0.0.1:1"] }`)
    const { code, stdout } = await ask('--service', 'orders')
    expect([code, stdout]).toEqual([2, expect.stringMatching(/no answer: .*ECONNREFUSED[\s\S]*orders could not be reached\n$/)])
  })
})

describe('is not begun', () => {
  const services = 'orders: { upstreams: ["http://127.0.0.1:1"] }'
  test.each<[string, string[], string, RegExp]>([
    ['without a service', [], '', /needs `--service NAME`/],
    ['for a service that there is not', ['--service', 'stock'], '', /has no `stock`/],
    ['for what an object has by birth', ['--service', 'constructor'], '', /has no `constructor`/],
    ['for a path that is none', ['--service', 'orders', '--path', 'orders'], '', /is not a valid path/],
    ['for a host with a line break', ['--service', 'orders', '--host', 'a\r\nx: y'], '', /is not a valid host/],
    ['where keys live in the memory of a proxy', ['--service', 'orders'], 'audit: []', /are not on disk/],
    ['where no proxy was ever started', ['--service', 'orders'], 'assertion: { state: ./none }', /are not on disk/],
  ])('%s', async (_, words, state, message) => {
    const { code, stdout, stderr } = await project(services, state || undefined).ask(...words)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)])
  })

  test('with keys that everybody can read', async () => {
    const { folder, ask } = project(services)
    chmodSync(join(folder, 'keys/assertion-keys.json'), 0o644)
    const { code, stderr } = await ask('--service', 'orders')
    expect([code, stderr]).toEqual([2, expect.stringContaining('other users can read the signing keys')])
  })
})
