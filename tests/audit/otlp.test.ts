import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type AuditConfig,
  type AuditOptions,
  type AuditRecord,
  auditLine,
  openAuditLog,
} from '../../runtime/telemetry/audit/index.ts'
import { retryAfter } from '../../runtime/telemetry/otlp/otlp-client.ts'
import { ask } from '../support/ask.ts'
import { auditRecord, remoteAudit } from '../support/audit-record.ts'
import { type CollectedLog, collectLog } from '../support/identity.ts'
import { type Collector, startCollector } from '../support/otlp-collector.ts'
import { startTestProxy, startUpstream } from '../support/start-test-proxy.ts'
import { until } from '../support/until.ts'

const decisionRecord = auditRecord()

let collector: Collector
let log: CollectedLog
beforeEach(async () => {
  collector = await startCollector()
  log = collectLog()
})
afterEach(() => collector.close())

interface More extends Partial<Pick<AuditConfig, 'format' | 'whenFull'>> {
  readonly encoding?: 'protobuf' | 'json'
  readonly headers?: Readonly<Record<string, { readonly env: string }>>
}

function open(options: AuditOptions = {}, { encoding = 'protobuf', headers = {}, ...more }: More = {}) {
  const place = { kind: 'otlp', url: `${collector.url}/v1/logs`, headers, encoding } as const
  return openAuditLog([remoteAudit(place, more)], log, options)
}

const at = (path: string): AuditRecord => ({ ...decisionRecord, path, rawPath: path })
const paths = () => collector.logs.map(({ attributes }) => attributes['url.path'])
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `/${from + i}`)

describe.each(['protobuf', 'json'] as const)('a record by %s', (encoding) => {
  test('has a time, a severity, the line as its body, attributes, and its trace', async () => {
    process.env.OTLP_TEST_TOKEN = 'a token of forty-three characters or so'
    const audit = await open({}, { encoding, headers: { authorization: { env: 'OTLP_TEST_TOKEN' } } })
    const record: AuditRecord = {
      ...decisionRecord,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      effect: 'deny',
      status: 403,
      code: 'denied',
      rules: ['a', 'b'],
      labels: ['pii'],
    }
    audit.write(record)
    await audit.close()
    expect(collector.requests).toMatchObject([
      { path: '/v1/logs', headers: { authorization: 'a token of forty-three characters or so' } },
    ])
    expect(collector.logs).toEqual([
      {
        time: `${Date.parse(record.time)}000000`,
        severity: 13,
        severityText: 'WARN',
        eventName: 'iap.decision',
        body: auditLine(record).slice(0, -1),
        traceId: '0af7651916cd43dd8448eb211c80319c',
        attributes: {
          'http.request.method': 'GET',
          'http.response.status_code': 403,
          'url.path': '/a',
          'server.address': 'app.test',
          'client.address': '192.0.2.1',
          'error.type': 'denied',
          'user.id': 'ann',
          'iap.request_id': record.requestId,
          'iap.identity': 'staff',
          'iap.service': 'app',
          'iap.route': 'app.a',
          'iap.labels': ['pii'],
          'iap.effect': 'deny',
          'iap.rules': ['a', 'b'],
          'iap.revision': record.revision,
          'iap.sequence': 1,
        },
        resource: {
          'service.name': 'iap',
          'service.version': expect.any(String),
          'host.name': expect.any(String),
          'process.pid': process.pid,
        },
      },
    ])
    expect(audit.dropped).toBe(0)
  })

  test('is an event of OCSF in its body, where it is to be', async () => {
    const audit = await open({}, { encoding, format: 'ocsf' })
    audit.write(decisionRecord)
    await audit.close()
    expect(JSON.parse(String(collector.logs[0]?.body))).toMatchObject({ class_uid: 6001, http_request: { url: { path: '/a' } } })
    expect(collector.logs[0]?.attributes).toMatchObject({ 'iap.effect': 'permit' })
  })

  test('is one of those that a collector rejects in part: counted, and not sent again', async () => {
    const audit = await open({}, { encoding })
    collector.answer({ rejected: 3, message: 'too old' })
    for (const path of numbered(10)) audit.write(at(path))
    await audit.close()
    expect([audit.dropped, collector.requests.length]).toEqual([3, 1])
    expect(log.lines.join()).toContain('rejected some audit records: too old')
  })
})

test('records of other kinds have names and attributes of their own', async () => {
  const audit = await open()
  audit.note({
    ...{ version: 3, kind: 'action', time: decisionRecord.time, action: 'revoke', by: 'token 1', source: '192.0.2.9', ended: 2 },
    revocation: { id: 'r', what: { kind: 'session', id: 's' }, before: null, until: decisionRecord.time, reason: null },
  })
  audit.note({
    ...{ version: 3, kind: 'login', time: decisionRecord.time, action: 'login', outcome: 'failure', by: 'person' },
    ...{ requestId: decisionRecord.requestId, source: '192.0.2.1', host: 'app.test', identity: 'staff', method: 'oidc' },
    ...{ subject: null, session: null, code: 'login-refused', detail: 'no' },
  })
  await audit.close()
  expect(collector.logs).toMatchObject([
    { eventName: 'iap.action', severity: 9, attributes: { 'iap.action': 'revoke', 'iap.by': 'token 1', 'iap.revocation': 'r' } },
    {
      eventName: 'iap.login',
      severity: 13,
      attributes: { 'iap.action': 'login', 'iap.method': 'oidc', 'error.type': 'login-refused' },
    },
  ])
})

describe('what is to be sent again', () => {
  test.each([429, 502, 503, 504])('%i: it is, after as long as the collector says, once', async (status) => {
    const audit = await open()
    collector.answer({ status, headers: { 'retry-after': '0' } }, { status })
    for (const path of numbered(100)) audit.write(at(path))
    await until(() => collector.logs.length > 0)
    await audit.close()
    expect(paths()).toEqual(numbered(100))
    expect([audit.dropped, collector.requests.length]).toEqual([0, 3])
    expect(log.lines.filter((line) => line.includes('cannot be written'))).toHaveLength(1)
  })

  test('a connection that is cut', async () => {
    const audit = await open()
    collector.answer({ silent: 'cut' })
    audit.write(at('/1'))
    await until(() => collector.logs.length > 0)
    await audit.close()
    expect([paths(), audit.dropped]).toEqual([['/1'], 0])
  })

  test.each([400, 401, 404, 413, 500])('%i: it is not, and counts as dropped', async (status) => {
    const audit = await open()
    collector.answer({ status })
    for (const path of numbered(5)) audit.write(at(path))
    await until(() => audit.dropped === 5)
    audit.write(at('/after'))
    await audit.close()
    expect([paths(), audit.dropped]).toEqual([['/after'], 5])
    expect(log.lines.join()).toContain(`the OTLP collector answered ${status}`)
  })

  test('a collector that takes all and says something is heard, once', async () => {
    const audit = await open()
    const message = `this is ${'very '.repeat(1000)}old`
    collector.answer({ message }, { message })
    audit.write(at('/1'))
    await until(() => collector.logs.length === 1)
    audit.write(at('/2'))
    await audit.close()
    expect([paths(), audit.dropped]).toEqual([['/1', '/2'], 0])
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toMatch(/^the collector at [\d.:]+ reports about audit records: this is very/)
    expect(log.lines[0]?.length).toBeLessThan(700)
  })

  test('an answer that is none of OTLP rejects nothing', async () => {
    const audit = await open()
    collector.answer({ body: Buffer.from('<html>') })
    audit.write(at('/1'))
    await audit.close()
    expect([paths(), audit.dropped, collector.requests.length]).toEqual([['/1'], 0, 1])
  })

  test('an answer without end is not read, and what it is of counts as dropped', async () => {
    const audit = await open()
    collector.answer({ body: Buffer.alloc(5 << 20) })
    audit.write(at('/1'))
    await audit.close()
    expect(audit.dropped).toBe(1)
  })
})

describe('a collector that is gone', () => {
  test('and back: everything is there, in order, once', async () => {
    const audit = await open()
    audit.write(at('/0'))
    await until(() => collector.logs.length === 1)
    await collector.stop()
    for (const path of numbered(2000, 1)) audit.write(at(path))
    await until(() => log.lines.some((line) => line.includes('cannot be written')))
    await collector.start()
    await until(() => collector.logs.length >= 2001)
    await audit.close()
    expect(paths()).toEqual(numbered(2001))
    expect(audit.dropped).toBe(0)
    expect(log.lines.at(-1)).toContain('again')
  })

  test('where records are dropped: those that are lost are counted, to the record', async () => {
    const audit = await open({ capacity: 100_000 }, { whenFull: 'drop' })
    await collector.stop()
    for (const path of numbered(1000)) audit.write(at(path))
    expect(audit.hasCapacity()).toBeNull()
    expect(audit.dropped).toBeGreaterThan(0)
    expect(audit.waitingBytes).toBeLessThan(102_000)
    await collector.start()
    await until(() => audit.waitingBytes === 0)
    await audit.close()
    const kept = collector.logs.filter(({ eventName }) => eventName === 'iap.decision')
    expect(kept.length + audit.dropped).toBe(1000)
    expect(kept.map(({ attributes }) => attributes['url.path'])).toEqual(numbered(kept.length))
    // It says itself how many are not there.
    expect(collector.logs.at(-1)).toMatchObject({ eventName: 'iap.omitted' })
    expect(JSON.parse(String(collector.logs.at(-1)?.body))).toMatchObject({ why: 'full', count: audit.dropped })
  })

  test('where requests wait: there is no room until it is back', async () => {
    const audit = await open({ capacity: 10_000, patience: 20 })
    await collector.stop()
    for (const path of numbered(20)) audit.write(at(path))
    expect(await audit.hasCapacity()).toBe(false)
    await collector.start()
    await until(() => audit.hasCapacity() === null)
    await audit.close()
    expect([paths(), audit.dropped]).toEqual([numbered(20), 0])
  })

  test('does not keep the proxy from ending: what is lost then is counted, too', async () => {
    const audit = await open()
    await collector.stop()
    for (const path of numbered(2000)) audit.write(at(path))
    await audit.close()
    expect(audit.dropped).toBe(2000)
    expect(log.lines.at(-1)).toMatch(/are lost.*2000/)
  })

  test('is no reason to wait for another sink, whose records are dropped', async () => {
    const audit = await open({ capacity: 1000 }, { whenFull: 'drop' })
    await collector.stop()
    for (const path of numbered(20)) audit.write(at(path))
    expect(audit.hasCapacity()).toBeNull()
    await audit.close()
  })
})

test('Retry-After is a number of seconds or a date, and a minute at most', () => {
  const now = Date.parse('2026-03-02T09:00:00Z')
  const values = ['3', 'Mon, 02 Mar 2026 09:00:10 GMT', 'Mon, 02 Mar 2026 08:00:00 GMT', '86400', 'soon', undefined, ['1', '2']]
  expect(values.map((value) => retryAfter(value, now))).toEqual([3000, 10_000, 100, 60_000, null, null, null])
})

test('a request of the proxy is a log record of the trace that it came with', async () => {
  const upstream = await startUpstream((_, response) => void response.end('ok'))
  const app = await startTestProxy([upstream.origin], { sinks: [`{ otlp: "${collector.url}" }`] })
  await ask(app.port, 'GET /open/a?secret=1', ['traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'])
  const decisions = () => collector.logs.filter(({ eventName }) => eventName === 'iap.decision')
  await until(() => decisions().length > 0)
  expect(decisions()).toMatchObject([{ traceId: '0af7651916cd43dd8448eb211c80319c', eventName: 'iap.decision' }])
  expect(JSON.stringify(collector.logs)).not.toContain('secret')
  await app.close()
  await upstream.close()
})
