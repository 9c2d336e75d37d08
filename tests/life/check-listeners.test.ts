/** Listeners that decide for other proxies, at Unix sockets: their files from start to end. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/until.ts'
import { isThere, openStage, type Running, type Stage } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let socket: string

beforeEach(async () => {
  stage = await openStage()
  socket = join(stage.folder, 'check.sock')
  return () => stage.remove()
})

/** Services are left out: only other proxies reach them. */
function configure({ path = socket, keys = 'mode: "0620"' } = {}): void {
  writeFileSync(
    join(stage.folder, 'iap.yaml'),
    `listeners: [{ address: "unix:${path}", ${keys}, protocol: forward-auth, original: request-line }]
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }
identities: { user: { issuer: "https://id.example", audience: "https://app.test", algorithms: [ES256] } }
audit: [{ file: ./audit.jsonl }]
admin: { address: "127.0.0.1:0" }
workers: 1
limits: { lag: 1m }
`,
  )
}

/** Resolves once a worker has answered or closed a connection. The supervisor itself does neither. */
function isServed(path = socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const asking = connect(path, () => {
      asking.write('GET /open/x HTTP/1.1\r\nHost: app.test\r\n\r\n')
      const served = () => {
        asking.destroy()
        resolve()
      }
      asking.removeListener('error', reject).on('error', served).once('data', served).once('close', served)
    })
    asking.once('error', reject)
  })
}

async function started(): Promise<Running> {
  const proxy = stage.start()
  await proxy.ready()
  return proxy
}

async function hangUp(proxy: Running, outcome: RegExp): Promise<void> {
  const after = proxy.said().length
  proxy.child.kill('SIGHUP')
  await proxy.line(outcome, after)
}

const permissions = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('a second proxy does not start, and leaves the first one alone; if that was killed, its socket is replaced', async () => {
  configure()
  const first = await started()
  const pids = (await first.workers()).map(({ pid }) => pid)
  const { ino } = statSync(socket)
  const second = stage.start()
  expect(await second.ended).toBe(2)
  expect(second.said()).toContain(
    `iap: cannot listen on unix:${socket}: another process listens there: stop it, or choose another path`,
  )
  expect(statSync(socket).ino).toBe(ino)
  await isServed()
  expect(first.child.exitCode).toBeNull()
  first.child.kill('SIGKILL')
  await first.ended
  expect(statSync(socket).isSocket()).toBe(true)
  await eventually(() => !pids.some(isThere) || undefined, 'the workers do not end')
  await started()
  await isServed()
})

test('a file that is no socket is left, by a start and by a check', async () => {
  configure()
  writeFileSync(socket, 'precious')
  const proxy = stage.start()
  expect(await proxy.ended).toBe(2)
  expect(proxy.said()).toContain('the path has a file that is no socket: move it away, or choose another path')
  const check = stage.start({ args: ['--check'] })
  expect(await check.ended).toBe(2)
  expect(check.said()).toMatch(/iap\.yaml:1:\d+: the socket `\S+check\.sock` cannot be written: it is a file of another kind/)
  expect(readFileSync(socket, 'utf8')).toBe('precious')
})

test('a check reports a missing folder and an unknown group, and makes nothing', async () => {
  const path = join(stage.folder, 'none', 'check.sock')
  configure({ path, keys: 'group: no-such-group-of-iap' })
  const check = stage.start({ args: ['--check'] })
  expect(await check.ended).toBe(2)
  expect(check.said()).toMatch(/the folder `\S+\/none` does not exist/)
  expect(check.said()).toContain('the group `no-such-group-of-iap` is not in /etc/group: create it, or give its number')
  configure()
  const good = stage.start({ args: ['--check'] })
  expect(await good.ended).toBe(0)
  expect(existsSync(socket)).toBe(false)
})

test('has its mode and group; a reload keeps it, refuses other permissions, and moves it; it is gone at the end', async () => {
  const group = process.getgid?.() ?? 0
  configure({ keys: `mode: "0620", group: ${group}` })
  const proxy = await started()
  expect(proxy.said()).toContain(`listening on unix:${socket} (forward-auth)`)
  expect([permissions(socket), statSync(socket).gid]).toEqual(['620', group])
  expect(readdirSync(stage.folder).filter((name) => name.startsWith('.iap-'))).toEqual([])
  for (let i = 0; i < 4; i++) await isServed()
  const { ino } = statSync(socket)
  configure({ keys: `mode: "0620", group: ${group}, prefix: /check` })
  await hangUp(proxy, /the new configuration is active/)
  expect(statSync(socket).ino).toBe(ino)
  await isServed()

  // One that somebody removed is made again, with other permissions too.
  rmSync(socket)
  configure({ keys: 'mode: "0600", prefix: /check' })
  await hangUp(proxy, /the new configuration is active/)
  expect(permissions(socket)).toBe('600')
  await isServed()

  configure()
  await hangUp(proxy, /refused, and the previous one stays active: `mode` and `group` of `listeners\[0\]` cannot change/)
  expect(permissions(socket)).toBe('600')
  await isServed()

  const moved = join(stage.folder, 'moved.sock')
  writeFileSync(moved, 'precious')
  configure({ path: moved, keys: 'mode: "0600"' })
  await hangUp(proxy, /refused, and the previous one stays active: cannot listen on unix:\S+moved\.sock: the path has a file/)
  await isServed()

  rmSync(moved)
  await hangUp(proxy, /the new configuration is active/)
  expect(permissions(moved)).toBe('600')
  expect(existsSync(socket)).toBe(false)
  await isServed(moved)
  proxy.child.kill('SIGTERM')
  expect(await proxy.ended).toBe(0)
  expect(existsSync(moved)).toBe(false)
})

test('the log names the routes that nginx cannot ask about', async () => {
  const other = await openStage(`type Order = { amount: int }
service app at "app.test" {
  route order POST "/orders" body Order
}
permit small on app.order to anyone when body.amount < 5
`)
  onTestFinished(() => other.remove())
  const path = join(other.folder, 'check.sock')
  const listener = `[{ address: "unix:${path}", protocol: forward-auth, original: x-original }]`
  other.configure({ upstream: 'http://127.0.0.1:9', listeners: listener, identities: '{}', workers: 1 })
  const proxy = other.start()
  await proxy.line(/warn checks cannot serve app\.order fully: the decision may depend on the body, which nginx does not send/)
  await proxy.ready()
})
