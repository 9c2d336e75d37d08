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
import { openStage, type Stage } from '../life/proxy-process.ts'
import { type Carried, type CarriedClient, http1Client, http2Client } from '../support/carried-client.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'
import { canGiveResolver, type NameServer, startNameServer, withResolver } from './name-server.ts'
import { buildService, type ServiceProcess, startService } from './service-process.ts'

const PROTOCOLS = ['http1', 'http2'] as const
type Protocol = (typeof PROTOCOLS)[number]
/** What fails in a service. */
const KINDS = ['killed', 'mute', 'full', 'expired'] as const
type Kind = (typeof KINDS)[number]

let stage: Stage & { remove(): void }
let program: string
const services: ServiceProcess[] = []
/** The service that fails, by kind and protocol. */
const failing = new Map<string, ServiceProcess>()
/** Null where no process can be given a resolver. */
let names: NameServer | null = null
/** One proxy for all of them: to start one takes longer than most of these tests. */
let port: number

beforeAll(async () => {
  program = await buildService()
  const rows = (await Promise.all([...PROTOCOLS.map(startServices), startNamed()])).flat()
  stage = await openStage(policyOf(rows.map(({ name }) => name)))
  writeFileSync(join(stage.folder, 'ca.pem'), authority.cert)
  configure(rows)
  const resolv = join(stage.folder, 'resolv.conf')
  writeFileSync(resolv, `nameserver ${names?.address}\noptions timeout:30 attempts:1\n`)
  const proxy = stage.start({ lives: 'stage', ...(names !== null && { command: withResolver(resolv) }) })
  const ports = await proxy.ready()
  port = ports[0] ?? 0
})

afterAll(async () => {
  await Promise.all(services.map(({ kill }) => kill()))
  names?.close()
  stage?.remove()
})

const authority = testAuthority()

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

/** A service of the configuration, as clients see it. */
interface Seen {
  readonly clients: readonly (readonly [string, CarriedClient])[]
  record(path: string): Promise<AuditRecord>
}

/** A service of the configuration; its host is its name under `test`. */
interface Configured {
  readonly name: string
  readonly upstreams: readonly string[]
  /** YAML of what else stands under it. */
  readonly more: string
}

async function startOne(options: Parameters<typeof startService>[1]): Promise<ServiceProcess> {
  const service = await startService(program, options)
  services.push(service)
  return service
}

/** Of each kind the one that fails, alone and beside one that is well. */
async function startServices(protocol: Protocol): Promise<readonly Configured[]> {
  const tls = authority.server(['127.0.0.1'])
  const [well, wellTls] = await Promise.all([startOne({ protocol, isWell: true }), startOne({ protocol, tls, isWell: true })])
  const starts = {
    killed: {},
    mute: {},
    full: { backlog: 1 },
    expired: { tls: authority.server(['127.0.0.1'], { from: -2, to: -1 }) },
  }
  const rows = KINDS.map(async (kind) => {
    const service = await startOne({ protocol, ...starts[kind] })
    failing.set(`${kind}-${protocol}`, service)
    const isExpired = kind === 'expired'
    const more = `protocol: ${protocol}, ${kind === 'killed' || isExpired ? PATIENT : HASTY}${isExpired ? ', tls: { ca: ./ca.pem }' : ''}`
    const other = isExpired ? wellTls : well
    return [
      { name: `${kind}_${protocol}_alone`, upstreams: [service.origin], more },
      { name: `${kind}_${protocol}_beside`, upstreams: [service.origin, other.origin], more },
    ]
  })
  return (await Promise.all(rows)).flat()
}

const SLOW = 'slow.service.test'
let named: ServiceProcess

/** One whose name nobody looks up before the name server is released. */
async function startNamed(): Promise<readonly Configured[]> {
  if (!canGiveResolver) return []
  names = await startNameServer()
  const [service, other] = await Promise.all([startOne({ isWell: true }), startOne({ isWell: true })])
  named = other
  const slow = `http://${SLOW}:${service.port}`
  return [
    { name: 'named_alone', upstreams: [slow], more: HASTY },
    { name: 'named_beside', upstreams: [slow, other.origin], more: HASTY },
  ]
}

const policyOf = (names: readonly string[]) =>
  names
    .map(
      (name) =>
        `service ${name} at "${hostOf(name)}" { route open ANY "/open/{rest...}" }\npermit all_${name} on ${name}.open to anyone`,
    )
    .join('\n')

const hostOf = (name: string) => `${name.replaceAll('_', '-')}.test`

function configure(all: readonly Configured[]): void {
  const lines = all.map(({ name, upstreams, more }) => `  ${name}: { upstreams: ${JSON.stringify(upstreams)}, ${more} }`)
  writeFileSync(
    join(stage.folder, 'iap.yaml'),
    `listeners: [{ address: "127.0.0.1:0", http2: true }]
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }
services:
${lines.join('\n')}
audit: [{ file: ./audit.jsonl }]
admin: { address: "127.0.0.1:0" }
workers: 2
limits: { lag: 1m }
`,
  )
}

/** Closed when the test is over. */
function seen(name: string): Seen {
  const asking = (client: CarriedClient, header: string): CarriedClient => {
    onTestFinished(client.close)
    return { ...client, open: (asked) => client.open({ ...asked, headers: { [header]: hostOf(name) } }) }
  }
  return {
    clients: [
      ['HTTP/1.1', asking(http1Client(port), 'host')],
      ['HTTP/2', asking(http2Client(port), ':authority')],
    ],
    record: (path) => eventually(() => stage.audit().find((record) => record.path === path)),
  }
}

/** The service that fails, and what is seen of it alone and beside another one. */
function stand(
  kind: Kind,
  protocol: Protocol,
): { readonly service: ServiceProcess; readonly alone: Seen; readonly beside: Seen } {
  const service = failing.get(`${kind}-${protocol}`) as ServiceProcess
  return { service, alone: seen(`${kind}_${protocol}_alone`), beside: seen(`${kind}_${protocol}_beside`) }
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
async function see(fault: string, what: string, proxy: Seen, options: SeeOptions = {}): Promise<Row[]> {
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

const either = ['502 upstream-closed', '502 upstream-unreachable'] as const

test.each(PROTOCOLS)('a service of %s that is killed, and one that is not there', async (protocol) => {
  const { service, alone, beside } = stand('killed', protocol)
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
})

test.each(PROTOCOLS)('a service of %s that says nothing', async (protocol) => {
  const { service, alone, beside } = stand('mute', protocol)
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
})

/** It is stopped, and as many wait for it as the system lets wait: whatever else is sent there, nothing comes back. */
test.each(PROTOCOLS)('a service of %s that takes no connection', async (protocol) => {
  const { service, alone, beside } = stand('full', protocol)
  service.freeze()
  const waiting: Socket[] = []
  for (let isFull = false; !isFull; ) {
    const socket = connect(service.port, '127.0.0.1').on('error', () => {})
    waiting.push(socket)
    isFull = !(await Promise.race([new Promise((resolve) => socket.once('connect', () => resolve(true))), sleep(500)]))
  }
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
})

test.each(PROTOCOLS)('a service of %s whose certificate has expired', async (protocol) => {
  const { service, alone, beside } = stand('expired', protocol)
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
})

test.skipIf(!canGiveResolver)('a service whose name takes seconds to be looked up', async () => {
  const [alone, beside] = [seen('named_alone'), seen('named_beside')]
  const rows = await see('has a name that takes seconds, at first', 'answer', alone)
  const isHit = ({ upstream }: AuditRecord) => upstream?.address !== named.origin || (upstream.attempts ?? 1) > 1
  rows.push(...(await see('has a name that takes seconds, at first; another is there', 'answer', beside, { isHit })))
  names?.release()
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
  expect(names?.asked).toContain(SLOW)
})
