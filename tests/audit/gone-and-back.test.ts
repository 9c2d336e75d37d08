/** A collector and a Redis that go away beneath a proxy: what callers see, and what the record says. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { ask } from '../support/ask.ts'
import { startCollector } from '../support/otlp-collector.ts'
import { hasRedis, startRedis } from '../support/redis.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { WAIT } from '../support/until.ts'

/** Where records go beside the file. */
interface Place {
  /** YAML. */
  readonly sink: string
  /** What it had is gone with it. */
  readonly forgets: boolean
  stop(): Promise<void>
  start(): Promise<void>
  /** The lines that are there. */
  lines(): Promise<readonly string[]>
  close(): Promise<void>
}

async function otlp(): Promise<Place> {
  const collector = await startCollector()
  return {
    ...collector,
    sink: `otlp: "${collector.url}"`,
    forgets: false,
    lines: async () => requestsIn(collector.logs.map(({ body }) => String(body))),
  }
}

async function redis(): Promise<Place> {
  const server = await startRedis()
  return {
    ...server,
    sink: `redis: "${server.url}"`,
    forgets: true,
    async lines() {
      const client = createClient({ url: server.url })
      await client.connect()
      const entries = await client.xRange('iap:audit', '-', '+')
      client.destroy()
      return requestsIn((entries ?? []).map(({ message }) => message.record ?? ''))
    },
  }
}

/** Without what a log says about itself. */
function requestsIn(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !('kind' in JSON.parse(line)))
}

/** Those of the file are bound to each other, and others are not. */
function idsOf(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (JSON.parse(line) as AuditRecord).requestId)
}

function withStatus(status: number, lines: readonly string[]): readonly string[] {
  return lines.filter((line) => (JSON.parse(line) as AuditRecord).status === status)
}

const places = [['a collector', otlp], ...(hasRedis() ? ([['a Redis', redis]] as const) : [])] as const

describe.each(places)('%s', (_, open) => {
  let place: Place
  let upstream: TestUpstream
  let app: TestProxy

  beforeEach(async () => {
    place = await open()
    upstream = await startUpstream((_, response) => void response.end('ok'))
  })
  afterEach(async () => {
    await upstream.close()
    await place.close()
  })

  async function start(whenFull: string): Promise<void> {
    const sinks = [`{ ${place.sink}, whenFull: ${whenFull} }`]
    // About a hundred records; more than the file, which has the same, could be behind in that time.
    app = await startTestProxy([upstream.origin], { sinks, audit: { capacity: 64_000, patience: 1000 } })
  }

  const status = async () => (await ask(app.port, 'GET /open/a')).status

  const readiness = async () => {
    const response = await fetch(`${app.admin}/readyz`)
    return [response.status, await response.text()]
  }

  const inFile = () => requestsIn(readFileSync(join(app.folder, 'audit.jsonl'), 'utf8').split('\n').slice(0, -1))
  const lost = () => app.metric('iap_audit_dropped_total')

  test('where requests wait: they are refused while it is away, and pass when it is back; what was served is there', async () => {
    await start('block')
    for (let i = 0; i < 3; i++) expect(await status()).toBe(200)
    await expect.poll(async () => (await place.lines()).length, WAIT).toBe(3)
    // It has said that it has them: they would come again.
    await expect.poll(() => app.metric('iap_audit_waiting_bytes'), WAIT).toBe(0)
    await place.stop()
    const before = place.forgets ? 3 : 0
    let served = 0
    while ((await status()) === 200) served += 1
    expect(served).toBeGreaterThan(50)
    expect(await Promise.all(Array.from({ length: 5 }, status))).toEqual([503, 503, 503, 503, 503])
    // Nobody should send it anything.
    expect(await readiness()).toEqual([503, 'no audit record can be written\n'])
    await place.start()
    await expect.poll(status, WAIT).toBe(200)
    await expect.poll(readiness, WAIT).toEqual([200, 'ok\n'])
    await expect.poll(() => withStatus(200, inFile()).length, WAIT).toBe(3 + served + 1)
    const recorded = inFile()
    await expect.poll(async () => before + (await place.lines()).length + (await lost()), WAIT).toBe(recorded.length)
    const passed = withStatus(200, recorded)
    expect(idsOf(withStatus(200, await place.lines()))).toEqual(idsOf(passed).slice(before))
    expect(JSON.parse(withStatus(503, recorded)[0] ?? '{}')).toMatchObject({ effect: 'reject', code: 'audit-full' })
    await app.close()
  })

  test('where records are dropped: nobody sees anything, and each that is lost is counted', async () => {
    await start('drop')
    await place.stop()
    for (let i = 0; i < 200; i++) expect(await status()).toBe(200)
    // A record is there when the answer has ended, which is after who asked has it.
    await expect.poll(() => inFile().length, WAIT).toBe(200)
    const dropped = await lost()
    expect(dropped).toBeGreaterThan(50)
    await place.start()
    await expect.poll(async () => (await place.lines()).length, WAIT).toBe(200 - dropped)
    expect(idsOf(await place.lines())).toEqual(idsOf(inFile()).slice(0, 200 - dropped))
    for (let i = 0; i < 3; i++) expect(await status()).toBe(200)
    await expect.poll(async () => (await place.lines()).length, WAIT).toBe(203 - dropped)
    expect(await lost()).toBe(dropped)
    await app.close()
  })
})
