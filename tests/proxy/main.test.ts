import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createTlsServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publicJwk } from '../../compiler/bundle/index.ts'
import { VERSION } from '../../runtime/index.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { RawClient } from '../support/raw-client.ts'
import { selfSigned } from '../support/self-signed.ts'
import { testPolicy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

/** `dist/proxy.js` by itself, in a folder without packages, before a service that speaks TLS. */
let folder: string
let program: string
let service: Server
const hosts: (string | undefined)[] = []
const certificate = selfSigned('localhost')
const children: ChildProcess[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-main-'))
  program = join(folder, 'proxy.mjs')
  copyFileSync(fileURLToPath(new URL('../../dist/proxy.js', import.meta.url)), program)
  service = createTlsServer(certificate, (request, response) => {
    hosts.push(request.headers.host)
    response.end('over TLS')
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  writeFileSync(join(folder, 'ca.pem'), certificate.cert)
  writeFileSync(join(folder, 'policy.iapb'), await compilePolicy(testPolicy, { signers: [testSigner] }))
  writeFileSync(join(folder, 'key.jwk.json'), JSON.stringify(publicJwk(testSigner)))
  configure('iap.yaml', `https://localhost:${(service.address() as AddressInfo).port}`)
})

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  service?.close()
  rmSync(folder, { recursive: true, force: true })
})

function configure(name: string, upstream: string, more = ''): void {
  writeFileSync(
    join(folder, name),
    `listeners: [{ address: 127.0.0.1:0 }]
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }
identities: { user: { issuer: "https://id.example", audience: "https://app.test", algorithms: [ES256] } }
services: { app: { upstreams: ["${upstream}"] } }
audit: [{ file: ./audit.jsonl }]
${more}`,
  )
}

function start(...args: string[]): { child: ChildProcess; text: () => string; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
  })
  children.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk
    })
  }
  return { child, text: () => text, ended: new Promise((resolve) => child.on('exit', (code) => resolve(code))) }
}

test('it serves, over TLS that is verified for the service’s own name, and ends at SIGTERM', async () => {
  const { child, text, ended } = start('--config', join(folder, 'iap.yaml'))
  const port = await eventually(() => /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text())?.[1])
  await eventually(() => (/enforcing 5 routes of app, for user/.test(text()) ? true : undefined))
  const c = new RawClient(Number(port))
  for (const host of ['app.test', 'app.test:8443']) {
    c.send(`GET /open/x HTTP/1.1\nHost: ${host}\n\n`)
    expect(await c.response()).toMatchObject({ status: 200, body: 'over TLS' })
  }
  expect(hosts).toEqual(['app.test', 'app.test:8443'])
  const lines = () => readFileSync(join(folder, 'audit.jsonl'), 'utf8').split('\n').length - 1
  const requests = () => readFileSync(join(folder, 'audit.jsonl'), 'utf8').split('"requestId":').length - 1
  await eventually(() => (requests() === 2 ? true : undefined))
  renameSync(join(folder, 'audit.jsonl'), join(folder, 'audit.1.jsonl'))
  child.kill('SIGHUP')
  await eventually(() => {
    try {
      return lines() === 0 || undefined
    } catch {
      return undefined
    }
  })
  c.close()
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(text()).toContain('SIGTERM')
})

test('it serves on when nobody reads what it says any more', async () => {
  configure('told.yaml', `https://localhost:${(service.address() as AddressInfo).port}`, 'admin: { address: 127.0.0.1:0 }\n')
  const { child, text } = start('--config', join(folder, 'told.yaml'))
  const port = await eventually(() => /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text())?.[1])
  const admin = await eventually(() => /health and metrics on (http:\S+)/.exec(text())?.[1])
  child.stderr?.destroy()
  const c = new RawClient(Number(port))
  const ask = () => c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  const bundle = readFileSync(join(folder, 'policy.iapb'))
  writeFileSync(join(folder, 'policy.iapb'), 'no bundle')
  // It has told it by then, or has not been able to.
  const refused = /^iap_policy_loads_total\{result="(?!activated)[^}]*\} [1-9]/m
  await eventually(async () => refused.test(await (await fetch(`${admin}/metrics`)).text()) || undefined)
  ask()
  expect(await c.response()).toMatchObject({ status: 200, body: 'over TLS' })
  c.close()
  child.kill('SIGKILL')
  writeFileSync(join(folder, 'policy.iapb'), bundle)
})

test.each([
  [['--help'], 0, /Usage: node proxy\.js --config FILE/],
  [['--version'], 0, new RegExp(`^${VERSION}\n$`)],
  [[], 2, /--config FILE is missing/],
  [['--confg', 'x'], 2, /--confg/],
  [['--config', '/none.yaml'], 2, /cannot be read/],
])('%j exits with %i', async (args, code, message) => {
  const { text, ended } = start(...args)
  expect(await ended).toBe(code)
  expect(text()).toMatch(message)
})

test('--check tells all mistakes with their places, opens nothing and writes nothing', async () => {
  const good = start('--config', join(folder, 'iap.yaml'), '--check')
  expect(await good.ended).toBe(0)
  expect(good.text()).toBe('configuration, keys and bundle are valid\n')
  configure('bad.yaml', 'http://127.0.0.1:1', 'adress: x\nadmin: { address: nowhere }\n')
  const bad = start('--config', join(folder, 'bad.yaml'), '--check')
  expect(await bad.ended).toBe(1)
  expect(bad.text().match(/bad\.yaml:\d+:\d+: /g)).toHaveLength(2)
  configure('unbound.yaml', 'http://127.0.0.1:1')
  writeFileSync(join(folder, 'unbound.yaml'), readFileSync(join(folder, 'unbound.yaml'), 'utf8').replace('{ app:', '{ ap:'))
  const unbound = start('--config', join(folder, 'unbound.yaml'), '--check')
  expect(await unbound.ended).toBe(1)
  expect(unbound.text()).toMatch(/unbound\.yaml:\d+:\d+: .*`app`.*`ap`/)
})

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(VERSION).toBe(version)
})
