/** LISTEN_FDS: sockets that the proxy is started with, and a new process that takes over from an old one. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { startLoad } from './load.ts'
import { openStage, type Running, type Stage } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let upstream: TestUpstream

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  stage = await openStage()
})

afterAll(async () => {
  await upstream?.close()
  stage?.remove()
})

interface Handle {
  readonly fd: number
  bind(host: string, port: number): number
  getsockname(into: { port?: number }): number
  close(): void
}

interface TcpWrap {
  readonly TCP: new (kind: number) => Handle
  readonly constants: { readonly SERVER: number }
}

/** A socket with an address, whose holder takes no connection: a server of Node's would. */
function hold(): { readonly fd: number; readonly port: number } {
  const { TCP, constants } = (process as unknown as { binding(name: string): TcpWrap }).binding('tcp_wrap')
  const handle = new TCP(constants.SERVER)
  expect(handle.bind('127.0.0.1', 0)).toBe(0)
  const name: { port?: number } = {}
  handle.getsockname(name)
  onTestFinished(() => handle.close())
  return { fd: handle.fd, port: name.port ?? 0 }
}

/** As systemd does it: the process that is started is the one that `LISTEN_PID` names. */
function startWith(fds: readonly number[], names: string | null, pid = '$$'): Running {
  return stage.start({
    command: ['sh', '-c', `LISTEN_PID=${pid} exec "$0" "$@"`, process.execPath],
    spawn: {
      stdio: ['ignore', 'pipe', 'pipe', ...fds],
      env: { ...process.env, LISTEN_FDS: String(fds.length), ...(names !== null && { LISTEN_FDNAMES: names }) },
    },
  })
}

/** How many times as many requests are waited for in the full size. */
const TIMES = process.env.IAP_FULL === '1' ? 4 : 1

async function statusAt(port: number): Promise<number> {
  const client = new RawClient(port)
  client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  const { status } = await client.response()
  client.close()
  return status
}

test('a new process takes over from an old one under load, and no request fails', async () => {
  const { fd, port } = hold()
  stage.configure({ upstream: upstream.origin, listeners: '[{ address: "0.0.0.0:8443", fd: web }]' })
  const old = startWith([fd], 'web')
  expect(await old.ready()).toEqual([port])
  const load = startLoad({ port: () => port, keepers: 12, openers: 6 })
  await load.more(50 * TIMES)
  const next = startWith([fd], 'web')
  await next.ready()
  await load.more(75 * TIMES)
  old.child.kill('SIGTERM')
  expect(await old.ended).toBe(0)
  await load.more(175 * TIMES)
  const { ok, failed, byOutcome } = await load.stop()
  expect([failed, Object.keys(byOutcome)]).toEqual([0, ['200']])
  console.log(`hand-over: ${ok} answered, ${failed} failed`)
  expect((await next.workers()).reduce((sum, { requests }) => sum + requests, 0)).toBeGreaterThan(75 * TIMES)
})

test('listeners take sockets by name, else by address; others are opened', async () => {
  const [named, other] = [hold(), hold()]
  stage.configure({
    upstream: upstream.origin,
    workers: 1,
    listeners: `[{ address: "127.0.0.1:0" }, { address: "127.0.0.1:${other.port}" }, { address: "0.0.0.0:1", fd: web }]`,
  })
  const proxy = startWith([named.fd, other.fd], 'web:')
  const ports = await proxy.ready()
  expect(ports.slice(1)).toEqual([other.port, named.port])
  expect(await Promise.all(ports.map(statusAt))).toEqual([200, 200, 200])
})

test('sockets are kept when the configuration is read again, and children are not told of them', async () => {
  const { fd, port } = hold()
  stage.configure({ upstream: upstream.origin, workers: 1, listeners: '[{ address: "0.0.0.0:1", fd: web }]' })
  const proxy = startWith([fd], 'web')
  await proxy.ready()
  for (const { pid } of await proxy.workers()) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('LISTEN_')
  stage.configure({
    upstream: upstream.origin,
    workers: 1,
    listeners: '[{ address: "127.0.0.1:0" }, { address: "0.0.0.0:1", fd: web }]',
  })
  proxy.child.kill('SIGHUP')
  await proxy.line(/the new configuration is active/)
  expect(await statusAt(port)).toBe(200)
})

test('they are for the process that `LISTEN_PID` names alone', async () => {
  const { fd } = hold()
  stage.configure({ upstream: upstream.origin, workers: 1, listeners: '[{ address: "0.0.0.0:1", fd: web }]' })
  const proxy = startWith([fd], 'web', '1')
  expect(await proxy.ended).toBe(2)
  expect(proxy.said()).toMatch(/`listeners\[0\]\.fd`: no socket `web` was handed over/)
})

const cases: readonly (readonly [string, string, (fd: number) => readonly [readonly number[], string | null], RegExp])[] = [
  ['a name that nothing has', '{ address: "0.0.0.0:1", fd: web }', (fd) => [[fd], 'other'], /no socket `web` was handed over/],
  [
    'one that nobody takes',
    '{ address: "127.0.0.1:0" }',
    (fd) => [[fd], 'web'],
    /the socket `web` at 127\.0\.0\.1:\d+ was handed over, but no listener uses it/,
  ],
  [
    'fewer names than sockets',
    '{ address: "127.0.0.1:0" }',
    (fd) => [[fd, fd], 'web'],
    /`LISTEN_FDNAMES` has 1 names, and `LISTEN_FDS` is 2/,
  ],
]

test.each(cases)('%s: it does not start, and says why', async (_, listener, handedOver, message) => {
  const { fd } = hold()
  stage.configure({ upstream: upstream.origin, workers: 1, listeners: `[${listener}]` })
  const [fds, names] = handedOver(fd)
  const proxy = startWith(fds, names)
  expect(await proxy.ended).not.toBe(0)
  expect(proxy.said()).toMatch(message)
  expect(proxy.said()).not.toContain('listening on')
})

test('what is no socket that can listen: it does not start, and says which', async () => {
  const file = openSync(join(stage.folder, 'file'), 'w')
  onTestFinished(() => closeSync(file))
  const sleep = spawn('sleep', ['60'], { stdio: ['pipe', 'ignore', 'ignore'] })
  onTestFinished(() => void sleep.kill('SIGKILL'))
  const connection = connect(Number(new URL(upstream.origin).port), '127.0.0.1')
  await once(connection, 'connect')
  onTestFinished(() => void connection.destroy())
  stage.configure({ upstream: upstream.origin, workers: 1, listeners: '[{ address: "0.0.0.0:1", fd: web }]' })
  for (const [fd, reason] of [
    [file, 'is not a socket'],
    [fdOf(sleep.stdin), 'is not a TCP socket'],
    [fdOf(connection), 'cannot listen'],
  ] as const) {
    const proxy = startWith([fd], 'web')
    expect(await proxy.ended).toBe(1)
    expect(proxy.said()).toContain(`iap: the socket \`web\` that was handed over (file descriptor 3) ${reason}`)
  }
})

function fdOf(stream: object | null): number {
  return (stream as { _handle: { fd: number } })._handle.fd
}
