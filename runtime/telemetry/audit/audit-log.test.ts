import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { anyCharacter } from '../../../tests/support/any-character.ts'
import { auditRecord, fileAudit } from '../../../tests/support/audit-record.ts'
import { poll } from '../../../tests/support/until.ts'
import { escapeControls } from '../../base/log.ts'
import { newRevocation } from '../../identity/revocation/index.ts'
import { openActionAudit } from './action-audit.ts'
import { actionRecord } from './action-record.ts'
import { auditLine } from './audit-line.ts'
import { createAuditLog, openAuditLog } from './audit-log.ts'
import type { AuditRecord } from './audit-record.ts'
import { AuditSink } from './sinks/audit-sink.ts'
import { ConfiguredSink, type ConfiguredSinkOptions } from './sinks/configured-sink.ts'
import { type LineTarget, WriteError } from './sinks/line-target.ts'
import { stdoutTarget } from './sinks/stdout-target.ts'

const schema = JSON.parse(readFileSync(new URL('audit-record.schema.json', import.meta.url), 'utf8'))

const record = auditRecord({ challenge: [{ what: 'acr', values: ['gold'], within: 600_000 }], shadow: ['later'] })

function sinkOf(target: LineTarget, whenFull: 'block' | 'drop', options: ConfiguredSinkOptions = {}): ConfiguredSink {
  const secrets = { signer: null, hashKey: '', after: null }
  return new ConfiguredSink({ kind: 'stdout', format: 'iap', whenFull, sample: [], redact: null }, target, secrets, log, options)
}

const said: string[] = []
const log = {
  info: (text: string) => said.push(text),
  warn: (text: string) => said.push(text),
  error: (text: string) => said.push(text),
}

let folder: string
beforeEach(async () => {
  said.length = 0
  folder = await mkdtemp(join(tmpdir(), 'iap-audit-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const paths = async (file: string) =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as AuditRecord).path)

describe('a line', () => {
  test('fits the published schema', () => {
    const validate = formats.default(new Ajv({ strict: true, allowUnionTypes: true })).compile(schema)
    expect(validate(record), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...record, token: 'x' })).toBe(false)
    expect(Object.keys(record).toSorted()).toEqual(schema.required.toSorted())
  })

  test.each(['\n', '\r', '\u0000', '\u0085', '\u2028', '\u2029', '\u202e', '\u001b[2J', '"', '\\', '\ud800'])(
    'is one, and says the same, with %j in a path',
    (character) => {
      const line = auditLine({ ...record, path: `/a${character}b` })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/)
      expect(line.endsWith('\n')).toBe(true)
      expect((JSON.parse(line) as AuditRecord).path).toBe(`/a${character}b`)
    },
  )

  test('is the JSON of its record, whatever stands in it', () => {
    const text = fc.oneof(fc.string({ unit: anyCharacter }), fc.constantFrom('a', '"', '\\', '\u2028', ']', '[', ' ~'))
    const maybe = fc.option(text)
    const number = fc.oneof(
      fc.nat(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }).filter((n) => !Object.is(n, -0)),
    )
    const list = fc.array(text, { maxLength: 3 })
    const any: fc.Arbitrary<AuditRecord> = fc.record({
      version: fc.constant(2 as const),
      time: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      requestId: fc.uuid(),
      traceId: maybe,
      source: maybe,
      caller: fc.option(fc.record({ identity: text, subject: maybe, credential: maybe })),
      method: maybe,
      host: maybe,
      path: maybe,
      rawPath: maybe,
      query: fc.boolean(),
      route: maybe,
      service: maybe,
      labels: list,
      effect: fc.constantFrom('permit', 'deny', 'challenge', 'unauthenticated', 'reject'),
      status: fc.option(fc.nat()),
      code: maybe,
      detail: maybe,
      rules: list,
      reason: maybe,
      errors: fc.array(fc.record({ rule: text, error: text }), { maxLength: 2 }),
      challenge: fc.option(
        fc.array(fc.record({ what: fc.constant('acr' as const), values: list, within: fc.option(fc.nat()) }), { maxLength: 2 }),
      ),
      obligations: fc.record({ headers: list, limits: list }),
      shadow: list,
      revision: maybe,
      sequence: fc.option(fc.nat()),
      data: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
      upstream: fc.option(
        fc.record({ address: text, status: fc.option(fc.nat()), attempts: fc.nat() }, { requiredKeys: ['address', 'status'] }),
      ),
      complete: fc.boolean(),
      responseBytes: fc.nat(),
      durations: fc.record({ decision: fc.option(number), upstream: fc.option(number), total: number }),
      strippedHeaders: list,
      mismatch: fc.option(fc.record({ field: text, seen: maybe, expected: text, verified: fc.boolean() }), { nil: undefined }),
      check: fc.option(fc.record({ protocol: text, listener: text }), { nil: undefined }),
      candidate: fc.option(
        fc.record({
          revision: text,
          decidedByCandidate: fc.boolean(),
          result: fc.constantFrom('same', 'newlyPermitted'),
          decision: fc.option(fc.record({ rules: list }), { nil: undefined }),
        }),
        { nil: undefined },
      ),
    }) as never
    fc.assert(
      fc.property(any, (one) => {
        expect(auditLine(one)).toBe(`${escapeControls(JSON.stringify(one))}\n`)
      }),
      { numRuns: 1000, seed: 7 },
    )
  })
})

describe('a file', () => {
  test('has all lines in order, after what was there, readable by its owner alone', async () => {
    const file = join(folder, 'deep', 'audit.jsonl')
    for (const half of [0, 500]) {
      const audit = await openAuditLog([fileAudit(file)], log)
      for (let i = half; i < half + 500; i++) {
        audit.write({ ...record, path: `/${i}` })
        if (i % 100 === 0) await new Promise(setImmediate)
      }
      await audit.close()
    }
    expect(await paths(file)).toEqual(Array.from({ length: 1000 }, (_, i) => `/${i}`))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test('is begun anew when it was moved and the proxy is told', async () => {
    const file = join(folder, 'audit.jsonl')
    const audit = await openAuditLog([fileAudit(file)], log)
    audit.write({ ...record, path: '/1' })
    await poll(() => paths(file)).toEqual(['/1'])
    await rename(file, `${file}.1`)
    audit.reopen()
    audit.write({ ...record, path: '/2' })
    await audit.close()
    expect([await paths(`${file}.1`), await paths(file)]).toEqual([['/1'], ['/2']])
  })

  test('is begun anew when it was moved and the proxy is not told', async () => {
    const file = join(folder, 'audit.jsonl')
    const audit = await openAuditLog([fileAudit(file)], log)
    audit.write({ ...record, path: '/1' })
    await poll(() => paths(file)).toEqual(['/1'])
    await rename(file, `${file}.1`)
    // It looks once a second.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 })
    onTestFinished(() => void vi.useRealTimers())
    audit.write({ ...record, path: '/2' })
    await audit.close()
    expect(await paths(file)).toEqual(['/2'])
  })
})

describe('a target that fails', () => {
  let taken: string
  let failures: number
  const target: LineTarget = {
    name: 'target',
    async write(bytes) {
      if (failures-- > 0) {
        taken += bytes.subarray(0, 10).toString()
        throw new WriteError('no space', Math.min(10, bytes.length))
      }
      taken += bytes.toString()
    },
    reopen: async () => {},
    close: async () => {},
  }

  test('gets every byte once, when it takes them again', async () => {
    taken = ''
    failures = 3
    const sink = new AuditSink(target, log, { retry: 5 })
    const lines = ['first line\n', 'second line\n', 'third line\n']
    for (const line of lines) sink.write(line)
    await poll(() => taken).toBe(lines.join(''))
    expect(said).toEqual(['audit records cannot be written to target: no space', 'audit records go to target again'])
    await sink.close()
  })

  test('does not keep the proxy from ending', async () => {
    taken = ''
    failures = Number.POSITIVE_INFINITY
    const sink = new AuditSink(target, log, { retry: 5 })
    sink.write(`${'x'.repeat(1000)}\n`)
    await poll(() => said).toHaveLength(1)
    await sink.close()
    expect(said.at(-1)).toMatch(/are lost/)
  })
})

test('an action is not done where its record would not be written, and waits for it elsewhere', async () => {
  let fails = false
  let written = ''
  const target: LineTarget = {
    name: 'target',
    async write(bytes) {
      if (fails) throw new WriteError('no space', 0)
      written += bytes.toString()
    },
    reopen: async () => {},
    close: async () => {},
  }
  const what = { kind: 'identity', identity: 'staff' } as const
  const revocation = newRevocation({ what, before: null, until: 9e12, reason: null, by: 'token 1', made: 0 })
  const action = actionRecord({ action: 'revoke', by: 'token 1', source: null, ended: 0 }, revocation, 0)
  const audit = createAuditLog([sinkOf(target, 'drop', { gather: 0, retry: 5 })])
  const first = await openActionAudit(audit)
  first.note(action)
  await first.close()
  expect(written).toContain('"action":"revoke"')
  fails = true
  const second = await openActionAudit(audit)
  second.note(action)
  await poll(() => audit.isFailing).toBe(true)
  await expect(openActionAudit(audit)).rejects.toThrow('cannot be written')
  fails = false
  await poll(() => audit.isFailing).toBe(false)
  await openActionAudit(audit)
  await audit.close()
  await expect(openActionAudit(audit)).rejects.toThrow('cannot be written')
})

describe('a sink that is full', () => {
  let release: () => void
  let taken: string[]
  beforeEach(() => {
    taken = []
  })
  const stuck: LineTarget = {
    name: 'stuck',
    write: (bytes) =>
      new Promise((resolve) => {
        taken.push(bytes.toString())
        release = resolve
      }),
    reopen: async () => {},
    close: async () => {},
  }
  const line = auditLine(record).length

  test('makes requests wait, for a while', async () => {
    const audit = createAuditLog([sinkOf(stuck, 'block', { capacity: 2 * line, gather: 0 })], { patience: 30 })
    expect(audit.hasCapacity()).toBeNull()
    audit.write(record)
    audit.write(record)
    expect(await audit.hasCapacity()).toBe(false)
    const waiting = audit.hasCapacity()
    release()
    expect(await waiting).toBe(true)
    expect([audit.hasCapacity(), audit.dropped]).toEqual([null, 0])
    await audit.close()
  })

  test('keeps nothing of requests that gave up waiting', async () => {
    const configured = sinkOf(stuck, 'block', { capacity: 2 * line, gather: 0 })
    const audit = createAuditLog([configured], { patience: 5 })
    audit.write(record)
    audit.write(record)
    expect(await Promise.all(Array.from({ length: 100 }, () => audit.hasCapacity()))).toEqual(new Array(100).fill(false))
    expect(configured.sink.waiting).toBe(0)
    release()
    await audit.close()
  })

  test('drops and counts, where it is told to', async () => {
    const audit = createAuditLog([sinkOf(stuck, 'drop', { capacity: 2 * line, gather: 0 })])
    for (let i = 0; i < 5; i++) audit.write(record)
    expect([audit.hasCapacity(), audit.dropped, audit.waitingBytes]).toEqual([null, 3, 2 * line])
    await poll(() => taken).toHaveLength(1)
    release()
    const closing = audit.close()
    // Whoever counts is told of those that are not there.
    await poll(() => taken).toHaveLength(2)
    release()
    await closing
    expect(JSON.parse(taken[1] as string)).toMatchObject({ kind: 'omitted', why: 'full', count: 3, of: [] })
  })
})

test('standard output that nobody reads any more fills up, and says nothing else', async () => {
  const output = new Writable({ write: (_, __, done) => done(new Error('EPIPE')) })
  const configured = sinkOf(stdoutTarget(output), 'block', { retry: 1, gather: 0, capacity: 10 })
  const audit = createAuditLog([configured], { patience: 20 })
  audit.write(record)
  expect(await audit.hasCapacity()).toBe(false)
  expect(said).toEqual(['audit records cannot be written to standard output: EPIPE'])
  await audit.close()
})
