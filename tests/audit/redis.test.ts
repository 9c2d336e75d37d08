import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type AuditConfig,
  type AuditOptions,
  type AuditRecord,
  auditLine,
  openActionAudit,
  openAuditLog,
} from '../../runtime/telemetry/audit/index.ts'
import { auditRecord, fileAudit, remoteAudit } from '../support/audit-record.ts'
import { type CollectedLog, collectLog } from '../support/identity.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'

const decisionRecord = auditRecord()

describe.skipIf(!hasRedis())('a stream of a Redis', () => {
  let redis: TestRedis
  let log: CollectedLog
  let stream: string
  let folder: string
  let streams = 0

  beforeAll(async () => {
    redis = await startRedis()
    folder = mkdtempSync(join(tmpdir(), 'iap-audit-'))
  })
  afterAll(async () => {
    await redis.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => {
    log = collectLog()
    stream = `audit:${++streams}`
  })

  interface More extends Partial<Pick<AuditConfig, 'format' | 'whenFull'>> {
    readonly maxLength?: number
  }
  const open = (options: AuditOptions = {}, { maxLength, ...more }: More = {}) =>
    openAuditLog([remoteAudit(place(maxLength), more)], log, options)
  const place = (maxLength?: number) => ({ kind: 'redis', url: redis.url, stream, maxLength: maxLength ?? null }) as const
  const at = (path: string): AuditRecord => ({ ...decisionRecord, path })
  const numbered = (count: number) => Array.from({ length: count }, (_, i) => `/${i}`)

  async function lines(): Promise<readonly string[]> {
    const client = createClient({ url: redis.url })
    client.on('error', () => {})
    await client.connect()
    const entries = await client.xRange(stream, '-', '+')
    client.destroy()
    return (entries ?? []).map(({ message }) => message.record ?? '')
  }
  const paths = async () => (await lines()).map((line) => (JSON.parse(line) as AuditRecord).path)

  test('has one entry a record, which is its line', async () => {
    const audit = await open()
    audit.write(decisionRecord)
    for (const path of numbered(2000)) audit.write(at(path))
    await audit.close()
    const found = await lines()
    expect(found[0]).toBe(auditLine(decisionRecord).slice(0, -1))
    expect((await paths()).slice(1)).toEqual(numbered(2000))
    expect(audit.dropped).toBe(0)
  })

  test('has events of OCSF, where it is to', async () => {
    const audit = await open({}, { format: 'ocsf' })
    audit.write(decisionRecord)
    await audit.close()
    expect(JSON.parse((await lines())[0] ?? '')).toMatchObject({ class_uid: 6001 })
  })

  test('keeps about as many as it is to keep', async () => {
    const audit = await open({}, { maxLength: 1000 })
    for (const path of numbered(5000)) audit.write(at(path))
    await audit.close()
    const found = await paths()
    expect(found.length).toBeGreaterThanOrEqual(1000)
    expect(found.length).toBeLessThan(1200)
    expect(found.at(-1)).toBe('/4999')
  })

  test('that is gone and back has all that came meanwhile, in order', async () => {
    const audit = await open()
    await redis.stop()
    for (const path of numbered(1000)) audit.write(at(path))
    await until(() => log.lines.some((line) => line.includes('cannot be written')))
    await redis.start()
    await until(() => audit.waitingBytes === 0)
    await audit.close()
    expect(await paths()).toEqual(numbered(1000))
    expect(audit.dropped).toBe(0)
  })

  test('that is not there at the beginning gets them when it is', async () => {
    await redis.stop()
    const audit = await open()
    audit.write(at('/1'))
    await redis.start()
    await until(() => audit.waitingBytes === 0)
    await audit.close()
    expect(await paths()).toEqual(['/1'])
  })

  test('that says nothing for a while gets each at least once, and in the end no more', async () => {
    const audit = await open()
    audit.write(at('/first'))
    await until(async () => (await paths()).length === 1)
    redis.freeze()
    for (const path of numbered(100)) audit.write(at(path))
    // Given up after five seconds, and tried by another connection.
    await until(() => log.lines.some((line) => line.includes('cannot be written')))
    redis.thaw()
    await until(() => audit.waitingBytes === 0)
    await audit.close()
    const found = await paths()
    expect(new Set(found)).toEqual(new Set(['/first', ...numbered(100)]))
    expect(audit.dropped).toBe(0)
  })

  test('of another type takes nothing, and requests wait', async () => {
    const client = createClient({ url: redis.url })
    await client.connect()
    await client.set(stream, 'a text')
    client.destroy()
    const audit = await open({ capacity: 500, patience: 20, retry: 50 })
    audit.write(decisionRecord)
    expect(await audit.hasCapacity()).toBe(false)
    await until(() => log.lines.join().includes('WRONGTYPE'))
    await audit.close()
    expect(audit.dropped).toBe(1)
  })

  test('where an action could not be recorded is told before the action', async () => {
    const audit = await open({ retry: 50 })
    const beside = await openAuditLog([fileAudit(join(folder, 'audit.jsonl')), remoteAudit(place(), { whenFull: 'drop' })], log, {
      retry: 50,
    })
    await (await openActionAudit(audit)).close()
    await redis.stop()
    for (const one of [audit, beside]) one.write(at('/1'))
    await until(() => audit.isFailing)
    await expect(openActionAudit(audit)).rejects.toThrow('cannot be written')
    await openActionAudit(beside)
    await redis.start()
    await until(() => !audit.isFailing)
    await Promise.all([audit.close(), beside.close()])
  })
})
