/** One audit file that a supervisor and its workers write to: through a reload, a rotation, a worker that is killed, a disk that is full; and what can be found of it. */
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type PublicKey, readPublicKeys } from '../../runtime/policy/index.ts'
import { startLoad } from '../life/load.ts'
import { openStage, type Running, type Stage } from '../life/proxy-process.ts'
import { adminFiles, adminYaml, callAdmin, revoke } from '../support/admin.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { verifyLog } from '../support/verify-log.ts'

let upstream: TestUpstream
let stage: Stage & { remove(): void }
let keys: readonly PublicKey[]
let name: string
let starts = 0

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  stage = await openStage()
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const files = { ...adminFiles, 'audit.pem': privateKey.export({ format: 'pem', type: 'pkcs8' }) as string }
  for (const [file, content] of Object.entries(files)) writeFileSync(join(stage.folder, file), content, { mode: 0o600 })
  const read = readPublicKeys(publicKey.export({ format: 'pem', type: 'spki' }) as string)
  if (!read.ok) throw new Error(read.message)
  keys = read.keys
})
beforeEach(() => {
  name = `log-${++starts}.jsonl`
})
afterAll(async () => {
  await upstream?.close()
  stage?.remove()
})

function configure(more = '', others = '', workers = 2): void {
  stage.configure({
    upstream: upstream.origin,
    workers,
    audit: `[{ file: ./${name}, key: ./audit.pem${more} }]`,
    admin: adminYaml,
    more: others,
  })
}

async function start(options?: Parameters<Stage['start']>[0]): Promise<{ proxy: Running; port: number; admin: string }> {
  const proxy = stage.start(options)
  const [port = 0] = await proxy.ready()
  const [, admin = ''] = await proxy.line(/health and metrics on (http\S+?)(?:"|$|\s)/m)
  return { proxy, port, admin }
}

/** In the order of rotation. */
function files(): readonly string[] {
  const all = readdirSync(stage.folder).filter((file) => file.startsWith(name) && !file.endsWith('.lock'))
  return [...all.filter((file) => file !== name).sort(), name].map((file) => join(stage.folder, file))
}

/** How many times as many requests are waited for in the full size. */
const TIMES = process.env.IAP_FULL === '1' ? 3 : 1

const lines = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1)

/** Of a record of 16 kB, so that 8 MiB of them are soon there. */
const LONG = `/open/${'x'.repeat(8000)}`

async function end(proxy: Running): Promise<void> {
  proxy.child.kill('SIGTERM')
  expect(await proxy.ended).toBe(0)
}

test('each process has a stream, the supervisor’s has actions and names the others, and all are signed', async () => {
  configure()
  const { proxy, port, admin } = await start()
  const load = startLoad({ port: () => port, keepers: 8 })
  await load.more(100 * TIMES)
  await revoke(admin, { subject: { identity: 'user', sub: 'ann' } })
  const { ok } = await load.stop()
  await end(proxy)
  const report = verifyLog(files(), { keys })
  expect([report.faults, report.notes]).toEqual([[], []])
  expect(report.streams.map(({ process }) => process).toSorted()).toEqual(['supervisor', 'worker 1', 'worker 2'])
  for (const { ended, seq, signed } of report.streams) expect([ended, signed]).toEqual([true, seq - 1])
  const all = lines(join(stage.folder, name)).map((line) => JSON.parse(line))
  expect(all.filter(({ kind }) => kind === undefined)).toHaveLength(ok)
  const supervisor = report.streams.find(({ process }) => process === 'supervisor')?.stream
  expect(all.filter(({ kind }) => kind === 'action').map(({ stream }) => stream)).toEqual([supervisor])

  // Whoever takes a worker's stream out, or the end of it, is found.
  const worker = report.streams.find(({ process }) => process === 'worker 1')
  const without = (is: (record: { stream: string; seq: number }) => boolean) =>
    lines(join(stage.folder, name)).filter((line) => !is(JSON.parse(line)))
  const faultsWithout = (is: (record: { stream: string; seq: number }) => boolean) => {
    writeFileSync(join(stage.folder, 'less'), `${without(is).join('\n')}\n`)
    return verifyLog([join(stage.folder, 'less')]).faults.map(({ code }) => code)
  }
  expect(faultsWithout(({ stream }) => stream === worker?.stream)).toContain('missing-stream')
  expect(faultsWithout(({ stream, seq }) => stream === worker?.stream && seq >= 2)).toEqual(
    expect.arrayContaining(['no-end', 'cut']),
  )
})

test('a second life names the first, and another configuration goes on in the streams of the supervisor', async () => {
  configure('', '', 1)
  const one = await start()
  await startLoad({ port: () => one.port }).stop()
  await end(one.proxy)
  const two = await start()
  await revoke(two.admin, { subject: { identity: 'user', sub: 'ann' } })
  const said = two.proxy.said().length
  configure('', 'limits: { lag: 2s }', 1)
  two.proxy.child.kill('SIGHUP')
  await two.proxy.line(/listening on/, said)
  await revoke(two.admin, { subject: { identity: 'user', sub: 'bob' } })
  await end(two.proxy)
  const report = verifyLog(files(), { keys })
  expect([report.faults, report.notes]).toEqual([[], []])
  const actions = lines(join(stage.folder, name)).filter((line) => line.includes('"kind":"action"'))
  expect(new Set(actions.map((line) => JSON.parse(line).stream)).size).toBe(1)
  // Of the first life nothing is left but what the second names.
  const rest = lines(join(stage.folder, name)).slice(
    lines(join(stage.folder, name)).findLastIndex((line) => line.includes('"after":{')),
  )
  writeFileSync(join(stage.folder, 'rest'), `${rest.join('\n')}\n`)
  const { faults, notes } = verifyLog([join(stage.folder, 'rest')])
  expect([faults, notes]).toEqual([[], [expect.objectContaining({ message: expect.stringContaining('names a stream') })]])
})

test('a worker that is killed leaves a stream without an end, and the supervisor says why', async () => {
  configure('', '', 1)
  const { proxy, port } = await start()
  const load = startLoad({ port: () => port, keepers: 8 })
  await load.more(40 * TIMES)
  // That it has a stream is known by now.
  await eventually(() => lines(join(stage.folder, name)).length > 40 * TIMES || undefined)
  const [first] = await proxy.workers()
  process.kill(first?.pid ?? 0, 'SIGKILL')
  await proxy.line(/is restarted/)
  await load.more(40 * TIMES)
  await load.stop()
  await end(proxy)
  const { faults, notes, streams } = verifyLog(files(), { keys })
  expect(faults).toEqual([])
  expect(notes.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('its process was killed, as another record says'),
  )
  expect(streams.filter(({ ended }) => !ended)).toHaveLength(1)
})

test('files that are moved, by whomever, hold one log', async () => {
  configure('', '', 1)
  const { proxy, port } = await start()
  const load = startLoad({ port: () => port, keepers: 8 })
  for (const at of [1, 2]) {
    await load.more(70 * TIMES)
    renameSync(join(stage.folder, name), join(stage.folder, `${name}.${at}`))
    const said = proxy.said().length
    proxy.child.kill('SIGHUP')
    await proxy.line(/audit files are reopened/, said)
    await eventually(() => readdirSync(stage.folder).includes(name) || undefined)
  }
  await load.more(70 * TIMES)
  const { ok } = await load.stop()
  await end(proxy)
  const report = verifyLog(files(), { keys })
  expect([report.files.length, report.faults]).toEqual([3, []])
  expect(
    files()
      .flatMap(lines)
      .filter((line) => !line.includes('"kind":')),
  ).toHaveLength(ok)
  // A file that is not given is missed.
  expect(verifyLog(files().toSpliced(1, 1)).faults.map(({ code }) => code)).toContain('removed')
})

test('a disk that is full loses nothing of what was served, and the chain holds', async () => {
  configure()
  const { proxy, port, admin } = await start({ command: ['sh', '-c', 'ulimit -S -f 100; exec "$0" "$@"', process.execPath] })
  const load = startLoad({ port: () => port, keepers: 0, openers: 4 })
  await proxy.line(/cannot be written to .*worker=1/)
  await proxy.line(/cannot be written to .*worker=2/)
  const { ok } = await load.stop()
  // Nobody knew that the first action would have no room, and its record comes; the second is not done.
  const act = async (sub: string) =>
    (await callAdmin(admin, 'POST', '/v1/revocations', { subject: { identity: 'user', sub } })).status
  expect([await act('first'), await act('second')]).toEqual([201, 503])
  for (const pid of [...(await proxy.workers()).map((worker) => worker.pid), proxy.child.pid])
    execFileSync('prlimit', [`--pid=${pid}`, '--fsize=unlimited'])
  await proxy.line(/go to .* again .*worker=1/)
  await proxy.line(/go to .* again .*worker=2/)
  await end(proxy)
  const report = verifyLog(files(), { keys })
  expect(report.faults).toEqual([])
  expect(report.streams.every(({ ended }) => ended)).toBe(true)
  const actions = lines(join(stage.folder, name)).filter((line) => line.includes('"kind":"action"') && line.endsWith('"}'))
  expect(actions.map((line) => JSON.parse(line).revocation.what.subject)).toEqual(['first'])
  const requests = new Set(
    lines(join(stage.folder, name)).flatMap((line) =>
      line.endsWith('"}') && line.includes('"requestId"') && !line.includes('"kind":') ? [JSON.parse(line).requestId] : [],
    ),
  )
  expect(requests.size).toBe(ok)
})

test('what another process writes behind a line that a full disk has cut is a line of its own', async () => {
  configure('', '', 1)
  const { proxy, port, admin } = await start()
  const [worker] = await proxy.workers()
  execFileSync('prlimit', [`--pid=${worker?.pid}`, '--fsize=50000:unlimited'])
  const load = startLoad({ port: () => port, keepers: 0, openers: 4 })
  await proxy.line(/cannot be written to .*worker=1/)
  await load.stop()
  expect(readFileSync(join(stage.folder, name), 'utf8').endsWith('\n')).toBe(false)
  // The supervisor's has room for them.
  await revoke(admin, { subject: { identity: 'user', sub: 'ann' } })
  execFileSync('prlimit', [`--pid=${worker?.pid}`, '--fsize=unlimited'])
  await proxy.line(/go to .* again .*worker=1/)
  await end(proxy)
  const report = verifyLog(files(), { keys })
  expect(report.faults).toEqual([])
  const actions = lines(join(stage.folder, name)).filter(
    (line) => line.startsWith('{"version":') && line.includes('"kind":"action"'),
  )
  expect(actions.map((line) => JSON.parse(line).revocation.what.subject)).toEqual(['ann'])
})

test('where no worker can record a request, the proxy is not ready until one can', async () => {
  configure()
  const { proxy, port } = await start({ command: ['sh', '-c', 'ulimit -S -f 100; exec "$0" "$@"', process.execPath] })
  expect(await proxy.admin('/readyz')).toEqual({ status: 200, body: 'ok\n' })
  const load = startLoad({ port: () => port, keepers: 32, openers: 0, path: LONG })
  const notReady = { status: 503, body: 'no audit record can be written\n' }
  const isNotReady = async () => JSON.stringify(await proxy.admin('/readyz')) === JSON.stringify(notReady) || undefined
  await eventually(isNotReady, 'it stays ready', 100)
  expect(await proxy.metric('iap_ready')).toBe(0)
  await load.stop()
  for (const pid of [...(await proxy.workers()).map((worker) => worker.pid), proxy.child.pid])
    execFileSync('prlimit', [`--pid=${pid}`, '--fsize=unlimited'])
  await eventually(async () => (await proxy.admin('/readyz')).status === 200 || undefined)
  await end(proxy)
})

test('a sink that takes nothing, told to drop, serves on, and says how many records are not there', async () => {
  configure(', whenFull: drop', '', 1)
  const { proxy, port } = await start({ command: ['sh', '-c', 'ulimit -S -f 100; exec "$0" "$@"', process.execPath] })
  const load = startLoad({ port: () => port, keepers: 32, openers: 0, path: LONG })
  const dropped = await eventually(
    async () => {
      const count = await proxy.metric('iap_audit_dropped_total')
      return count > 100 ? count : undefined
    },
    'nothing is dropped',
    100,
  )
  expect(dropped).toBeGreaterThan(100)
  const { ok, failed } = await load.stop()
  expect(failed).toBe(0)
  for (const pid of [...(await proxy.workers()).map((worker) => worker.pid), proxy.child.pid])
    execFileSync('prlimit', [`--pid=${pid}`, '--fsize=unlimited'])
  await eventually(async () => (await proxy.metric('iap_audit_waiting_bytes')) === 0 || undefined)
  const lost = await proxy.metric('iap_audit_dropped_total')
  await end(proxy)
  expect(verifyLog(files(), { keys }).faults).toEqual([])
  let recorded = 0
  let omitted = 0
  for (const line of lines(join(stage.folder, name))) {
    if (!line.startsWith('{') || !line.endsWith('"}') || !line.includes('"hash":"')) continue
    const record = JSON.parse(line)
    if (record.kind === undefined) recorded++
    if (record.kind === 'omitted') omitted += record.count
  }
  expect({ omitted, all: recorded + omitted }).toEqual({ omitted: lost, all: ok })
})
