/**
 * What clients see of services that fail, and how long it takes: the proxy with two workers, and services that are killed, stopped and started as processes.
 * A worker that is killed under load is in `tests/life/workers.test.ts`, file descriptors that are used up in `tests/life/overload.test.ts`.
 */
import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { openStage, type Stage, type StageConfig } from '../life/proxy-process.ts'
import { type Carried, type CarriedClient, http1Client, http2Client } from '../support/carried-client.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'
import { canGiveResolver, startNameServer, withResolver } from './name-server.ts'
import { buildService, type ServiceProcess, startService } from './service-process.ts'

let stage: Stage & { remove(): void }
let program: string

beforeAll(async () => {
  stage = await openStage()
  program = await buildService()
})

afterAll(() => stage?.remove())

/** No time-out of the proxy's is meant to pass. */
const PATIENT = 'eject: { failures: 0 }, timeouts: { connect: 1m, firstByte: 1h, idle: 1h }'
const HASTY = 'eject: { failures: 0 }, timeouts: { connect: 400ms, firstByte: 600ms, idle: 600ms }'

interface Row {
  readonly fault: string
  readonly client: string
  readonly method: string
  readonly saw: string
  /** Milliseconds from the fault, or from the request where the fault was there before. */
  readonly took: number
}

interface Proxy {
  readonly clients: readonly (readonly [string, CarriedClient])[]
  record(path: string): Promise<AuditRecord>
  close(): Promise<void>
}

async function startProxy(config: StageConfig, name: string, command?: readonly [string, ...string[]]): Promise<Proxy> {
  const audit = `${name}.jsonl`
  stage.configure({ listeners: '[{ address: "127.0.0.1:0", http2: true }]', audit: `[{ file: ./${audit} }]`, ...config })
  const proxy = stage.start(command === undefined ? {} : { command })
  const [port = 0] = await proxy.ready()
  const clients = [
    ['HTTP/1.1', http1Client(port)],
    ['HTTP/2', http2Client(port)],
  ] as const
  return {
    clients,
    record: (path) => eventually(() => stage.audit(audit).find((record) => record.path === path)),
    async close() {
      for (const [, client] of clients) client.close()
      proxy.child.kill('SIGKILL')
      await proxy.ended
    },
  }
}

/** Status and code, and where the answer was cut off, that. */
async function outcomeOf(carried: Carried): Promise<string> {
  const status = await carried.status
  const whole = await carried.whole
  if (status === 0) return 'broken off'
  const [, code] = /"code":"([^"]+)"/.exec(carried.text) ?? []
  return `${status}${code === undefined ? '' : ` ${code}`}${whole ? '' : ', cut off'}`
}

/** One that may be carried out twice, and one that may not. */
const METHODS: readonly string[] = ['GET', 'POST']
let count = 0

/** What both clients saw of both methods. `begin` is called when the request is under way, and brings the fault about. */
async function see(fault: string, what: string, proxy: Proxy, options: SeeOptions = {}): Promise<Row[]> {
  const { upload = false, methods = upload ? ['POST'] : METHODS, begin, bring, after, isHit = () => true } = options
  const rows: Row[] = []
  for (const [client, { open }] of proxy.clients) {
    for (const method of methods) {
      // Another address may be the first that is asked.
      for (;;) {
        const path = `/open/${what}/${++count}`
        let begun = performance.now()
        const carried = open({ method, path, body: upload })
        if (upload) {
          void carried.write(Buffer.alloc(10_000))
          // Who has an answer sends no more.
          void carried.status.then(() => carried.end())
        }
        if (begin !== undefined) {
          await Promise.race([begin(path, carried), carried.status])
          begun = performance.now()
        }
        await bring?.()
        const saw = await outcomeOf(carried)
        const took = performance.now() - begun
        const record = await proxy.record(path)
        await after?.()
        if (!isHit(record)) continue
        rows.push({ fault, client, method: upload ? 'POST, sending' : method, saw, took })
        break
      }
    }
  }
  return rows
}

interface SeeOptions {
  /** The client is not done with its body. */
  readonly upload?: boolean
  readonly methods?: readonly string[]
  /** Settled when the fault may come. */
  readonly begin?: (path: string, carried: Carried) => Promise<unknown>
  readonly bring?: () => Promise<void> | void
  readonly after?: () => Promise<void> | void
  /** Whether the request has been where the fault is. */
  readonly isHit?: (record: AuditRecord) => boolean
}

/** Both clients see the same. What was seen is one of several where that is a matter of moments; `least`: milliseconds that a time-out takes. */
type Expected = readonly [fault: string, method: string, saw: string | readonly string[], least: number]

/** Whether a request has been at that service, which may be one of two. */
function hits({ origin }: ServiceProcess): (record: AuditRecord) => boolean {
  return ({ upstream }) => upstream?.address === origin || (upstream?.attempts ?? 1) > 1
}

function judge(rows: readonly Row[], expected: readonly Expected[]): void {
  console.log(
    rows
      .map(({ fault, client, method, saw, took }) => `${fault} | ${client} | ${method} | ${saw} | ${took.toFixed(0)} ms`)
      .join('\n'),
  )
  for (const client of ['HTTP/1.1', 'HTTP/2']) {
    const own = rows.filter((row) => row.client === client)
    expect(own.map(({ fault, method }) => [fault, method])).toEqual(expected.map(([fault, method]) => [fault, method]))
    for (const [at, [fault, method, saw, least]] of expected.entries()) {
      const row = own[at] as Row
      expect([saw].flat(), `${fault}, ${client}, ${method}`).toContain(row.saw)
      expect(row.took, `${fault}, ${client}, ${method}`).toBeGreaterThanOrEqual(least)
    }
  }
}

const PROTOCOLS = ['http1', 'http2'] as const
const either = ['502 upstream-closed', '502 upstream-unreachable'] as const

test.each(PROTOCOLS)('a service of %s that is killed, and one that is not there', async (protocol) => {
  const service = await startService(program, { protocol })
  const other = await startService(program, { protocol, isWell: true })
  const config = { service: `protocol: ${protocol}, ${PATIENT}` }
  const alone = await startProxy({ upstream: service.origin, ...config }, `alone-${protocol}`)
  const beside = await startProxy({ upstream: [service.origin, other.origin], ...config }, `beside-${protocol}`)
  const isHit = hits(service)
  const killed = { begin: (path: string) => service.at(path), bring: service.kill, after: service.start }
  // The client must have the beginning.
  const inAnswer = { ...killed, begin: (_: string, carried: Carried) => eventually(() => carried.received > 0 || undefined) }
  const rows = [
    ...(await see('killed before it answers', 'silent', alone, killed)),
    ...(await see('killed before it answers, another is there', 'silent', beside, { ...killed, isHit })),
    ...(await see('killed while it takes the body', 'silent', alone, { ...killed, upload: true })),
    ...(await see('killed in an answer with a length', 'length', alone, inAnswer)),
    ...(await see('killed in an answer without', 'chunked', alone, inAnswer)),
  ]
  await service.kill()
  rows.push(...(await see('not there', 'answer', alone)))
  rows.push(...(await see('not there, another is', 'answer', beside, { isHit })))
  judge(rows, [
    // Sent again, and by then there may still be somebody who takes connections.
    ['killed before it answers', 'GET', either, 0],
    ['killed before it answers', 'POST', '502 upstream-closed', 0],
    ['killed before it answers, another is there', 'GET', '200', 0],
    ['killed before it answers, another is there', 'POST', '502 upstream-closed', 0],
    ['killed while it takes the body', 'POST, sending', '502 upstream-closed', 0],
    ['killed in an answer with a length', 'GET', '200, cut off', 0],
    ['killed in an answer with a length', 'POST', '200, cut off', 0],
    ['killed in an answer without', 'GET', '200, cut off', 0],
    ['killed in an answer without', 'POST', '200, cut off', 0],
    ['not there', 'GET', '502 upstream-unreachable', 0],
    ['not there', 'POST', '502 upstream-unreachable', 0],
    ['not there, another is', 'GET', '200', 0],
    // Over HTTP/2 it is certain that nobody has begun with it.
    ['not there, another is', 'POST', protocol === 'http2' ? '200' : '502 upstream-unreachable', 0],
  ])
  await alone.close()
  await beside.close()
})

test.each(PROTOCOLS)('a service of %s that says nothing', async (protocol) => {
  const service = await startService(program, { protocol })
  const other = await startService(program, { protocol, isWell: true })
  const config = { service: `protocol: ${protocol}, ${HASTY}` }
  const alone = await startProxy({ upstream: service.origin, ...config }, `mute-${protocol}`)
  const beside = await startProxy({ upstream: [service.origin, other.origin], ...config }, `mute-beside-${protocol}`)
  const stopped = {
    begin: (_: string, carried: Carried) => eventually(() => carried.received > 0 || undefined),
    bring: service.freeze,
    after: service.thaw,
  }
  const rows = [
    ...(await see('takes the request, and never answers', 'silent', alone)),
    ...(await see('takes the request, and never answers; another would', 'silent', beside, { isHit: hits(service) })),
    ...(await see('stops in its answer', 'length', alone, stopped)),
  ]
  judge(rows, [
    ['takes the request, and never answers', 'GET', '504 upstream-timeout', 550],
    ['takes the request, and never answers', 'POST', '504 upstream-timeout', 550],
    // It is at work on it, and is not made to do that twice.
    ['takes the request, and never answers; another would', 'GET', '504 upstream-timeout', 550],
    ['takes the request, and never answers; another would', 'POST', '504 upstream-timeout', 550],
    ['stops in its answer', 'GET', '200, cut off', 300],
    ['stops in its answer', 'POST', '200, cut off', 300],
  ])
  await alone.close()
  await beside.close()
})

/** It is stopped, and as many wait for it as the system lets wait: whatever else is sent there, nothing comes back. */
test.each(PROTOCOLS)('a service of %s that takes no connection', async (protocol) => {
  const service = await startService(program, { protocol, backlog: 1 })
  const other = await startService(program, { protocol, isWell: true })
  service.freeze()
  const waiting: Socket[] = []
  for (let isFull = false; !isFull; ) {
    const socket = connect(service.port, '127.0.0.1').on('error', () => {})
    waiting.push(socket)
    isFull = !(await Promise.race([new Promise((resolve) => socket.once('connect', () => resolve(true))), sleep(500)]))
  }
  const config = { service: `protocol: ${protocol}, ${HASTY}` }
  const alone = await startProxy({ upstream: service.origin, ...config }, `hole-${protocol}`)
  const beside = await startProxy({ upstream: [service.origin, other.origin], ...config }, `hole-beside-${protocol}`)
  const rows = [
    ...(await see('takes no connection', 'answer', alone)),
    ...(await see('takes no connection, another does', 'answer', beside, { isHit: hits(service) })),
  ]
  judge(rows, [
    ['takes no connection', 'GET', '504 upstream-timeout', 350],
    ['takes no connection', 'POST', '504 upstream-timeout', 350],
    ['takes no connection, another does', 'GET', '200', 350],
    ['takes no connection, another does', 'POST', protocol === 'http2' ? '200' : '504 upstream-timeout', 350],
  ])
  for (const socket of waiting) socket.destroy()
  await alone.close()
  await beside.close()
})

test.each(PROTOCOLS)('a service of %s whose certificate has expired', async (protocol) => {
  const authority = testAuthority()
  writeFileSync(join(stage.folder, 'ca.pem'), authority.cert)
  const service = await startService(program, { protocol, tls: authority.server(['127.0.0.1'], { from: -2, to: -1 }) })
  const other = await startService(program, { protocol, tls: authority.server(['127.0.0.1']), isWell: true })
  const config = { service: `protocol: ${protocol}, tls: { ca: ./ca.pem }, ${PATIENT}` }
  const alone = await startProxy({ upstream: service.origin, ...config }, `expired-${protocol}`)
  const beside = await startProxy({ upstream: [service.origin, other.origin], ...config }, `expired-beside-${protocol}`)
  const rows = [
    ...(await see('has a certificate that has expired', 'answer', alone)),
    ...(await see('has a certificate that has expired, another a good one', 'answer', beside, { isHit: hits(service) })),
  ]
  judge(rows, [
    ['has a certificate that has expired', 'GET', '502 upstream-tls', 0],
    ['has a certificate that has expired', 'POST', '502 upstream-tls', 0],
    ['has a certificate that has expired, another a good one', 'GET', '200', 0],
    ['has a certificate that has expired, another a good one', 'POST', protocol === 'http2' ? '200' : '502 upstream-tls', 0],
  ])
  await alone.close()
  await beside.close()
})

test.skipIf(!canGiveResolver)('a service whose name takes seconds to be looked up', async () => {
  const names = await startNameServer()
  onTestFinished(names.close)
  writeFileSync(join(stage.folder, 'resolv.conf'), `nameserver ${names.address}\noptions timeout:30 attempts:1\n`)
  const service = await startService(program, { isWell: true })
  const other = await startService(program, { isWell: true })
  const name = `http://slow.service.test:${service.port}`
  const resolver = withResolver(join(stage.folder, 'resolv.conf'))
  const start = (upstream: readonly string[], as: string) => startProxy({ upstream, service: HASTY }, as, resolver)
  const alone = await start([name], 'names')
  const rows = await see('has a name that takes seconds, at first', 'answer', alone)
  const beside = await start([name, other.origin], 'names-beside')
  const isHit = ({ upstream }: AuditRecord) => upstream?.address !== other.origin || (upstream.attempts ?? 1) > 1
  rows.push(...(await see('has a name that takes seconds, at first; another is there', 'answer', beside, { isHit })))
  names.release()
  // Both workers know it at last.
  for (let good = 0; good < 20; ) {
    const [one] = await see('', 'answer', alone, { methods: ['GET'] })
    good = one?.saw === '200' ? good + 1 : 0
  }
  rows.push(...(await see('has a name that takes seconds, later', 'answer', alone)))
  judge(rows, [
    ['has a name that takes seconds, at first', 'GET', '504 upstream-timeout', 350],
    ['has a name that takes seconds, at first', 'POST', '504 upstream-timeout', 350],
    ['has a name that takes seconds, at first; another is there', 'GET', '200', 350],
    ['has a name that takes seconds, at first; another is there', 'POST', '504 upstream-timeout', 350],
    ['has a name that takes seconds, later', 'GET', '200', 0],
    ['has a name that takes seconds, later', 'POST', '200', 0],
  ])
  expect(names.asked).toContain('slow.service.test')
  await alone.close()
  await beside.close()
})
