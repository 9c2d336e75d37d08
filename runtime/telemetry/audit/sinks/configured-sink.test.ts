import { createHmac, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditRecord, fileAudit } from '../../../../tests/support/audit-record.ts'
import { poll } from '../../../../tests/support/until.ts'
import { verifyLog } from '../../../../tests/support/verify-log.ts'
import { newRevocation } from '../../../identity/revocation/index.ts'
import { actionRecord } from '../action-record.ts'
import type { AuditConfig, FileAuditConfig } from '../audit-config.ts'
import { type AuditOptions, openAuditLog } from '../audit-log.ts'
import type { AuditRecord } from '../audit-record.ts'
import { rotateFile } from './rotate-file.ts'

const said: string[] = []
const note = (text: string) => void said.push(text)
const log = { info: note, warn: note, error: note }
const KEY = 'a secret of more than 32 characters.'

let folder: string
let file: string
beforeEach(() => {
  said.length = 0
  folder = mkdtempSync(join(tmpdir(), 'iap-sink-'))
  file = join(folder, 'audit.jsonl')
  writeFileSync(join(folder, 'secret'), `${KEY}\n`)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Json = Readonly<Record<string, unknown>>

const open = (changes: Partial<FileAuditConfig>, options: AuditOptions = {}) =>
  openAuditLog([fileAudit(file, changes)], log, { gather: 0, ...options })

function recordsIn(path = file): readonly Json[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json)
}

function id(at: number): string {
  return `${at.toString(16).padStart(8, '0')}-6a2b-4a2d-9d55-0b8ad1f1bd0a`
}

/** Spread over all that ids can be. */
const spread = (count: number) => Array.from({ length: count }, (_, at) => id(Math.floor(((at + 0.5) * 2 ** 32) / count)))

describe('of what is recorded a share', () => {
  const sample = [
    { effect: 'permit', labels: ['public'], keep: 0.01 },
    { effect: 'deny', labels: ['public', 'noisy'], keep: 0 },
  ] as const

  async function written(records: readonly Partial<AuditRecord>[]): Promise<readonly Json[]> {
    const audit = await open({ sample })
    for (const record of records) audit.write(auditRecord(record))
    await audit.close()
    return recordsIn()
  }

  test('is kept, the same of each id, and the others are counted', async () => {
    const ids = spread(1000)
    const records = await written(ids.map((requestId) => ({ requestId, labels: ['public', 'other'] })))
    expect(records.slice(0, -1).map(({ requestId }) => requestId)).toEqual(ids.slice(0, 10))
    const kind = { effect: 'permit', route: 'app.a', rule: 'a', revision: `sha256:${'0'.repeat(64)}` }
    expect(records.at(-1)).toMatchObject({ kind: 'omitted', why: 'sample', count: 990, of: [{ ...kind, count: 990 }] })
  })

  test('is of what a rule names, with all of its labels', async () => {
    const requestId = id(2 ** 32 - 1)
    const records = await written([
      { requestId },
      { requestId, labels: ['noisy'] },
      { requestId, labels: ['public'], effect: 'deny', path: '/kept' },
      { requestId, labels: ['public', 'noisy'], effect: 'deny', path: '/not' },
      { requestId, labels: ['public'], path: '/not' },
    ])
    expect(records.map(({ path }) => path)).toEqual(['/a', '/a', '/kept', undefined])
    expect(records.at(-1)).toMatchObject({ count: 2, of: [{ effect: 'deny' }, { effect: 'permit' }] })
  })

  test('has what its service failed, what was broken off, and what a shadow rule would change', async () => {
    const dull = { requestId: id(2 ** 32 - 1), labels: ['public'] }
    const records = await written([
      { ...dull, code: 'upstream-closed' },
      { ...dull, complete: false },
      { ...dull, shadow: ['later'] },
    ])
    expect(records).toHaveLength(3)
  })

  test('has what a candidate decides otherwise, and what it failed at', async () => {
    const dull = { requestId: id(2 ** 32 - 1), labels: ['public'] }
    const candidate = { revision: `sha256:${'1'.repeat(64)}`, decidedByCandidate: false }
    const results = ['same', 'newlyPermitted', 'newlyDenied', 'other', 'failed', 'unknown', 'skipped'] as const
    const records = await written(results.map((result) => ({ ...dull, candidate: { ...candidate, result } })))
    expect(records.slice(0, -1).map(({ candidate }) => candidate)).toMatchObject(
      ['newlyPermitted', 'newlyDenied', 'other', 'failed'].map((result) => ({ result })),
    )
    expect(records.at(-1)).toMatchObject({ kind: 'omitted', count: 3 })
  })

  test('has a bound on what is told apart, and counts all', async () => {
    const records = await written(
      Array.from({ length: 3000 }, (_, at) => ({ requestId: id(2 ** 32 - 1), labels: ['public'], route: `app.r${at}` })),
    )
    const [{ count, of }] = records as unknown as readonly [
      { count: number; of: readonly { count: number; route: string | null }[] },
    ]
    expect([count, of.length, of.at(-1)]).toMatchObject([3000, 1001, { route: null, count: 2000 }])
  })

  test('is counted again and again, not only at the end', async () => {
    const audit = await open({ sample }, { checkpoint: { after: 20, records: 100 } })
    audit.write(auditRecord({ requestId: id(2 ** 32 - 1), labels: ['public'] }))
    await poll(() => readFileSync(file, 'utf8')).toContain('"why":"sample","count":1,')
    await audit.close()
    expect(recordsIn()).toHaveLength(1)
  })
})

describe('what is redacted', () => {
  const hash = (text: string) => ({ hash: createHmac('sha256', KEY).update(text).digest('base64url') })
  const redact = {
    omit: ['source', 'traceId'],
    hash: ['caller.subject', 'path', 'caller.credential'],
    key: { file: '' },
  } as const

  test('is null, or a hash by which equal ones are told', async () => {
    const audit = await open({ redact: { ...redact, key: { file: join(folder, 'secret') } } })
    for (const subject of ['ann', 'bob', 'ann', null])
      audit.write(
        auditRecord({
          traceId: '1'.repeat(32),
          path: '/ä',
          rawPath: '/%C3%A4',
          caller: { identity: 'staff', subject, credential: 'x' },
        }),
      )
    audit.write(auditRecord({ caller: null }))
    await audit.close()
    const records = recordsIn()
    expect(records.map(({ source, traceId }) => [source, traceId])).toEqual(new Array(5).fill([null, null]))
    expect(records.map(({ caller }) => (caller as Json | null)?.subject)).toEqual([
      hash('ann'),
      hash('bob'),
      hash('ann'),
      null,
      undefined,
    ])
    expect(records[0]).toMatchObject({ path: hash('/ä'), rawPath: hash('/%C3%A4'), host: 'app.test', method: 'GET' })
    expect(readFileSync(file, 'utf8')).not.toMatch(/"ann"|192\.0\.2\.1|%C3/)
    const schema = JSON.parse(readFileSync(new URL('../audit-record.schema.json', import.meta.url), 'utf8'))
    const validate = formats.default(new Ajv({ strict: true, allowUnionTypes: true })).compile(schema)
    for (const record of records) expect(validate(record), JSON.stringify(validate.errors)).toBe(true)
  })

  test('is so of actions, too', async () => {
    const audit = await open({ redact: { ...redact, key: { file: join(folder, 'secret') } } })
    const whats = [
      { kind: 'subject', identity: 'staff', subject: 'ann' },
      { kind: 'credential', id: 'n4bQ' },
      { kind: 'provider-session', identity: 'staff', sid: 'sid-1', subject: 'ann' },
      { kind: 'identity', identity: 'staff' },
    ] as const
    for (const what of whats) {
      const revocation = newRevocation({ what, before: null, until: 9e12, reason: null, by: 'token 1', made: 0 })
      audit.note(actionRecord({ action: 'revoke', by: 'token 1', source: '192.0.2.1', ended: 0 }, revocation, 0))
    }
    await audit.close()
    const records = recordsIn()
    expect(records.map(({ revocation }) => (revocation as Json).what)).toEqual([
      { kind: 'subject', identity: 'staff', subject: hash('ann') },
      { kind: 'credential', id: hash('n4bQ') },
      { kind: 'provider-session', identity: 'staff', sid: hash('sid-1'), subject: hash('ann') },
      { kind: 'identity', identity: 'staff' },
    ])
    const schema = JSON.parse(readFileSync(new URL('../action-record.schema.json', import.meta.url), 'utf8'))
    const validate = formats.default(new Ajv({ strict: true, allowUnionTypes: true })).compile(schema)
    for (const record of records) expect(validate(record), JSON.stringify(validate.errors)).toBe(true)
    expect(readFileSync(file, 'utf8')).not.toMatch(/"ann"|192\.0\.2\.1|n4bQ"|sid-1/)
  })

  test('is so in its own place alone', async () => {
    const whole = join(folder, 'whole.jsonl')
    const configs: readonly AuditConfig[] = [
      fileAudit(file, { redact: { omit: ['path'], hash: [], key: null } }),
      fileAudit(whole),
    ]
    const audit = await openAuditLog(configs, log)
    audit.write(auditRecord())
    await audit.close()
    expect([recordsIn()[0]?.path, recordsIn(whole)[0]?.path]).toEqual([null, '/a'])
  })

  test.each([
    ['is not there', 'none', /cannot be read/],
    ['is short', 'short', /has 31 characters, and needs at least 32/],
  ])('has a key: one that %s opens nothing', async (_, name, message) => {
    writeFileSync(join(folder, 'short'), 'x'.repeat(31))
    await expect(open({ redact: { ...redact, key: { file: join(folder, name) } } })).rejects.toThrow(message)
    expect(readdirSync(folder)).not.toContain('audit.jsonl')
  })
})

describe('the key of checkpoints', () => {
  test.each([
    ['is not there', null, /the audit key `.*key` cannot be read: ENOENT/],
    ['is none', 'hello', /the audit key `.*key`: it is not a private key/],
    ['is public', generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }), /it is not a private key/],
    [
      'is of another kind',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
      /Ed25519/,
    ],
  ])('that %s opens nothing', async (_, text, message) => {
    if (text !== null) writeFileSync(join(folder, 'key'), text)
    await expect(open({ chain: true, key: join(folder, 'key') })).rejects.toThrow(message)
    expect(readdirSync(folder)).not.toContain('audit.jsonl')
  })

  test('may be a JWK as `iap keygen` makes it', async () => {
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    writeFileSync(join(folder, 'key'), JSON.stringify({ ...jwk, use: 'sig', alg: 'EdDSA' }))
    const audit = await open({ chain: true, key: join(folder, 'key') })
    audit.write(auditRecord())
    await audit.close()
    expect(recordsIn().at(-1)).toMatchObject({ kind: 'checkpoint', signature: expect.stringMatching(/^[\w-]{86}$/) })
  })
})

test('what a log says of itself fits the published schemas', async () => {
  writeFileSync(join(folder, 'key'), generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const sample = [{ effect: 'permit', labels: [], keep: 0.5 }] as const
  for (const key of [null, join(folder, 'key')]) {
    const audit = await open({ chain: true, key, sample, redact: { omit: ['host'], hash: [], key: null } })
    for (const requestId of spread(10)) audit.write(auditRecord({ requestId }))
    audit.witness(file, [{ stream: 'A'.repeat(16), seq: 7, hash: 'B'.repeat(43), state: 'gone' }])
    await audit.close()
  }
  const validators = new Map(
    ['audit', 'stream', 'checkpoint', 'omitted'].map((kind) => {
      const schema = JSON.parse(readFileSync(new URL(`../${kind}-record.schema.json`, import.meta.url), 'utf8'))
      return [kind, formats.default(new Ajv({ strict: true, allowUnionTypes: true })).compile(schema)] as const
    }),
  )
  const kinds = recordsIn().map((record) => {
    const kind = String(record.kind ?? 'audit')
    const validate = validators.get(kind)
    expect(validate?.(record), JSON.stringify(validate?.errors)).toBe(true)
    expect(validate?.({ ...record, more: 1 })).toBe(false)
    const { hash: _, ...unbound } = record
    expect(validate?.(unbound)).toBe(false)
    return kind
  })
  expect(new Set(kinds)).toEqual(new Set(['stream', 'audit', 'omitted', 'checkpoint']))
})

test('a checkpoint comes a while after a record, and none where there was none', async () => {
  const audit = await open({ chain: true }, { checkpoint: { after: 30, records: 1000 } })
  audit.write(auditRecord())
  const kinds = () => recordsIn().map(({ kind }) => kind ?? 'request')
  await poll(kinds).toEqual(['stream', 'request', 'checkpoint'])
  audit.write(auditRecord())
  await poll(kinds).toEqual(['stream', 'request', 'checkpoint', 'request', 'checkpoint'])
  await audit.close()
  expect(recordsIn().at(-1)).toMatchObject({ kind: 'checkpoint', end: true })
})

test('a log in which nothing was written says nothing', async () => {
  await (await open({ chain: true })).close()
  expect(statSync(file).size).toBe(0)
})

const faultsIn = (files: readonly string[]) => verifyLog(files).faults.map(({ code, line }) => `${code} ${line}`)

const rotated = () =>
  readdirSync(folder)
    .filter((name) => /^audit\.jsonl\.\d{8}T\d{6}\.\d{3}Z$/.test(name))
    .sort()

describe('a file is rotated', () => {
  const large = auditRecord({ path: `/${'x'.repeat(1000)}` })

  test('by size, by one of those who write to it; the chains go on, and old files go', async () => {
    const rotate = { size: 50_000, age: null, keep: 2 }
    const audits = await Promise.all([1, 2, 3].map(() => open({ chain: true, rotate })))
    for (let round = 0; round < 4; round++) {
      const before = statSync(file).ino
      for (const audit of audits) for (let i = 0; i < 40; i++) audit.write(large)
      // Each looks once a second.
      await poll(() => {
        for (const audit of audits) audit.write(auditRecord())
        return statSync(file, { throwIfNoEntry: false })?.ino ?? before
      }).not.toBe(before)
      // All have seen it.
      await poll(async () => {
        for (const audit of audits) audit.write(auditRecord())
        await Promise.all(audits.map((audit) => audit.written()))
        const text = readFileSync(file, 'utf8')
        return new Set([...text.matchAll(/"stream":"([\w-]+)"/g)].map(([, stream]) => stream)).size
      }).toBe(3)
    }
    for (const audit of audits) await audit.close()
    expect(rotated()).toHaveLength(2)
    const left = [...rotated().map((name) => join(folder, name)), file]
    expect(faultsIn(left)).toEqual(new Array(3).fill(expect.stringMatching(/^no-beginning/)))
    expect(readdirSync(folder)).not.toContain('audit.jsonl.lock')
    expect(said).toEqual([])
  })

  test('by age, of its first record', async () => {
    const config = { size: null, age: 3_600_000, keep: null }
    writeFileSync(file, `${JSON.stringify({ time: '2026-03-02T09:00:00.000Z' })}\n`)
    await rotateFile(file, config, Date.parse('2026-03-02T09:59:59Z'))
    expect(rotated()).toEqual([])
    await rotateFile(file, config, Date.parse('2026-03-02T10:00:00Z'))
    expect(rotated()).toEqual(['audit.jsonl.20260302T100000.000Z'])
  })

  test('once, however many see that it is due, and never over another', async () => {
    const config = { size: 1, age: null, keep: null }
    const now = Date.parse('2026-03-02T10:00:00Z')
    for (const text of ['one', 'two']) {
      writeFileSync(file, text)
      await Promise.all(Array.from({ length: 20 }, () => rotateFile(file, config, now)))
    }
    expect(rotated().map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['one', 'two'])
  })

  test('though a process has ended with the lock', async () => {
    writeFileSync(file, 'x')
    writeFileSync(`${file}.lock`, '')
    const config = { size: 1, age: null, keep: null }
    await rotateFile(file, config, Date.now())
    expect(rotated()).toEqual([])
    utimesSync(`${file}.lock`, 1, 1)
    await rotateFile(file, config, Date.now())
    expect([rotated().length, readdirSync(folder).includes('audit.jsonl.lock')]).toEqual([1, false])
  })

  test('an empty one is not, nor are files of other names removed', async () => {
    for (const name of ['audit.jsonl.1', 'audit.jsonl.bak', 'other.jsonl.20260302T100000.000Z'])
      writeFileSync(join(folder, name), '')
    writeFileSync(file, '')
    await rotateFile(file, { size: 0, age: 0, keep: 1 }, Date.now())
    expect(rotated()).toEqual([])
    for (const second of [1, 2, 3]) {
      writeFileSync(file, 'x')
      await rotateFile(file, { size: 1, age: null, keep: 1 }, Date.parse(`2026-03-02T10:00:0${second}Z`))
    }
    expect(readdirSync(folder).sort()).toEqual([
      ...['audit.jsonl.1', 'audit.jsonl.20260302T100003.000Z', 'audit.jsonl.bak'],
      ...['other.jsonl.20260302T100000.000Z', 'secret'],
    ])
  })
})

test.each(['always', 'interval', 'never'] as const)('with `fsync: %s` all is there', async (fsync) => {
  const audit = await open({ chain: true, fsync })
  for (let i = 0; i < 100; i++) audit.write(auditRecord())
  await audit.close()
  expect([faultsIn([file]), recordsIn().length, said]).toEqual([[], 102, []])
})
