/** `npm run bench -- audit`: what a record costs, with and without a chain, and what verifying a log takes beside `JSON.parse` of its lines. In turns, in one process. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AuditConfig,
  type AuditRecord,
  auditLine,
  type FileAuditConfig,
  openAuditLog,
} from '../../runtime/telemetry/audit/index.ts'
import { LogVerifier } from '../../runtime/telemetry/audit/verify/index.ts'
import { medianOf } from '../median.ts'
import { tableOf } from '../table.ts'
import { valuesOfCallers } from './values-of-callers.ts'

const RECORDS = 100_000
/** Records that are written before the log is waited for, as under load. */
const BATCH = 500

export interface AuditFigures {
  /** Microseconds of processor time for a record; the first is its line alone. */
  readonly record: Readonly<Record<string, number>>
  /** Milliseconds of processor time for `RECORDS` lines. */
  readonly verify: number
  readonly parse: number
}

export async function benchAudit(rounds: number): Promise<{ readonly figures: AuditFigures; readonly table: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  try {
    writeFileSync(join(folder, 'key.pem'), generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }))
    writeFileSync(join(folder, 'secret'), 'of 32 characters, for a benchmark')
    const records = Array.from({ length: 1000 }, (_, at) => recordOf(at))
    const valued = (await valuesOfCallers(1000)).map((values, at) => recordOf(at, values))
    const costs = new Map<string, number[]>()
    const reading = { verify: [] as number[], parse: [] as number[] }
    // The first two are a warm-up.
    for (let round = -2; round < rounds; round++) {
      const take = (name: string, ms: number) => {
        if (round >= 0) costs.set(name, [...(costs.get(name) ?? []), (ms * 1000) / RECORDS])
      }
      take('its line', await timed(() => lines(records)))
      take('its line, with values', await timed(() => lines(valued)))
      for (const [name, changes] of Object.entries(variants(folder)))
        take(name, await timed(() => write(records, { ...fileAt(join(folder, `${name}.jsonl`)), ...changes })))
      const file = readFileSync(join(folder, 'chain.jsonl'))
      const took = { verify: await timed(() => verify(file)), parse: await timed(() => parse(file)) }
      if (round >= 0) for (const name of ['verify', 'parse'] as const) reading[name].push(took[name])
      for (const name of Object.keys(variants(folder))) rmSync(join(folder, `${name}.jsonl`))
    }
    const record = Object.fromEntries([...costs].map(([name, all]) => [name, medianOf(all)]))
    const figures = { record, verify: medianOf(reading.verify), parse: medianOf(reading.parse) }
    return { figures, table: shown(figures) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function variants(folder: string): Readonly<Record<string, Partial<FileAuditConfig>>> {
  const redact = { omit: [], hash: ['caller.subject'], key: { file: join(folder, 'secret') } } as const
  return {
    'no chain': { chain: false },
    chain: {},
    'chain, signed': { key: join(folder, 'key.pem') },
    'chain, fsync always': { fsync: 'always' },
    'chain, a hashed subject': { redact },
    'chain, one of a hundred': { sample: [{ effect: 'permit', labels: [], keep: 0.01 }] },
  }
}

async function write(records: readonly AuditRecord[], config: AuditConfig): Promise<void> {
  const log = await openAuditLog([config], { info() {}, warn: fail, error: fail }, { gather: 0 })
  for (let written = 0; written < RECORDS; written += BATCH) {
    for (let i = 0; i < BATCH; i++) log.write(records[(written + i) % records.length] as AuditRecord)
    await log.written()
  }
  await log.close()
}

function fail(message: string): never {
  throw new Error(message)
}

function lines(records: readonly AuditRecord[]): void {
  let length = 0
  for (let at = 0; at < RECORDS; at++) length += Buffer.byteLength(auditLine(records[at % records.length] as AuditRecord))
  if (length === 0) throw new Error('there were no lines')
}

function verify(file: Buffer): void {
  const verifier = new LogVerifier({ keys: [], partial: false, heads: [], hashes: [], most: 1 })
  verifier.begin('chain.jsonl')
  verifier.feed(file)
  verifier.endFile()
  const { records, faulty } = verifier.report()
  if (records < RECORDS || faulty > 0) throw new Error('the log is not as it was written')
}

function parse(file: Buffer): void {
  let count = 0
  for (let start = 0, end = file.indexOf(10); end !== -1; start = end + 1, end = file.indexOf(10, start)) {
    const record = JSON.parse(file.toString('utf8', start, end)) as AuditRecord
    if (record.version === 3) count++
  }
  if (count < RECORDS) throw new Error('there are too few lines')
}

/** Milliseconds of processor time, of all threads. */
async function timed(act: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function shown({ record, verify: verified, parse: parsed }: AuditFigures): string {
  const rows = Object.entries(record).map(([name, us]) => [name, us.toFixed(2)])
  const reading = [
    ['verify', verified.toFixed(0)],
    ['JSON.parse', parsed.toFixed(0)],
  ]
  return `${tableOf(['a record', 'µs'], rows)}\n\n${tableOf([`${RECORDS.toLocaleString('en')} lines`, 'ms'], reading)}`
}

function fileAt(file: string): FileAuditConfig {
  return {
    kind: 'file',
    file,
    chain: true,
    key: null,
    rotate: null,
    fsync: 'never',
    format: 'iap',
    whenFull: 'block',
    sample: [],
    redact: null,
  }
}

/** As of a request with a token that was known, through one route of a hundred. */
function recordOf(at: number, values: AuditRecord['values'] = null): AuditRecord {
  const hex = (at * 2_654_435_761).toString(16).padStart(12, '0').slice(-8)
  return {
    version: 3,
    time: '2026-03-02T09:00:00.000Z',
    requestId: `${hex}-6a2b-4a2d-9d55-0b8ad1f1bd0a`,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    source: '192.0.2.1',
    caller: { identity: 'staff', subject: `user-${at}@shop.example`, credential: `n4bQgYhMfWWaL-${hex}` },
    method: 'GET',
    host: 'orders.shop.example',
    path: `/orders/${at}`,
    rawPath: `/orders/${at}`,
    query: false,
    route: `orders.read${at % 100}`,
    service: 'orders',
    labels: LABELS,
    effect: 'permit',
    status: 200,
    code: null,
    detail: null,
    rules: ['staff_read'],
    reason: null,
    errors: [],
    challenge: null,
    obligations: { headers: [], limits: [] },
    shadow: [],
    revision: `sha256:${'0'.repeat(64)}`,
    sequence: 1,
    data: {},
    upstream: { address: 'http://10.0.0.1:8080', status: 200 },
    complete: true,
    responseBytes: 1024,
    durations: { decision: 0.08, upstream: 1.5, total: 1.75 },
    strippedHeaders: [],
    values,
  }
}

const LABELS = ['pii']
