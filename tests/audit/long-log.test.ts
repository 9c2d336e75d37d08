/** A log of a million lines (IAP_FULL=1; else of twenty thousand): each fault is found, and named by its line, in the memory of a short one. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAuditLog } from '../../runtime/telemetry/audit/index.ts'
import { LineSplitter } from '../../runtime/telemetry/audit/verify/index.ts'
import { inside } from '../cli/inside.ts'
import { auditRecord, fileAudit } from '../support/audit-record.ts'

const LINES = process.env.IAP_FULL ? 1_000_000 : 20_000
/** Of several processes, as workers are. */
const STREAMS = 2
const BATCH = 250
/** None comes by time, so that each line stands where it does on any machine. */
const checkpoint = { after: 3_600_000, records: 10_000 }
const silent = { info: () => {}, warn: () => {}, error: () => {} }

let folder: string
let file: string
/** A checkpoint each ten thousand records, and of each stream the first and the last. */
let all: number

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-long-'))
  file = join(folder, 'audit.jsonl')
  const logs = await Promise.all(
    Array.from({ length: STREAMS }, (_, at) =>
      openAuditLog([fileAudit(file, { chain: true })], silent, { gather: 0, process: `worker ${at + 1}`, checkpoint }),
    ),
  )
  for (let at = 0; at < LINES; ) {
    for (const log of logs) {
      for (let i = 0; i < BATCH; i++, at++)
        log.write(
          auditRecord({ requestId: `${at.toString(16).padStart(8, '0')}-6a2b-4a2d-9d55-0b8ad1f1bd0a`, path: `/orders/${at}` }),
        )
      await log.written()
    }
  }
  for (const log of logs) await log.close()
  all = linesIn(file)
}, 600_000) // The full size takes longer than the default time-out.

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** In a few megabytes: the file is larger than what a test may hold. */
function* piecesOf(path: string): Iterable<Buffer> {
  const descriptor = openSync(path, 'r')
  const piece = Buffer.alloc(1 << 20)
  for (;;) {
    const length = readSync(descriptor, piece)
    if (length === 0) break
    yield piece.subarray(0, length)
  }
  closeSync(descriptor)
}

function linesIn(path: string): number {
  let count = 0
  const splitter = new LineSplitter(() => count++)
  for (const piece of piecesOf(path)) splitter.feed(piece)
  return count
}

/** The first line from that one on which is between two others of its stream: how streams stand to one another is nobody's promise. */
function withinStream(from: number): number {
  const streams: string[] = []
  let at = 0
  let found = 0
  const splitter = new LineSplitter((bytes, start, end) => {
    if (found > 0) return
    at++
    const [, stream = ''] = /"stream":"([\w-]{16})"/.exec(bytes.toString('latin1', start, end)) ?? []
    if (streams.push(stream) > 3) streams.shift()
    if (at > from && new Set(streams).size === 1 && streams.length === 3) found = at - 1
  })
  for (const piece of piecesOf(file)) splitter.feed(piece)
  return found
}

/** A copy in which a line, counted from 1, is what `change` makes of it; its answer is written in its place. */
function copyWith(change: (line: string, at: number) => string): string {
  const copy = join(folder, 'copy.jsonl')
  const descriptor = openSync(copy, 'w')
  let at = 0
  let waiting: string[] = []
  const splitter = new LineSplitter((bytes, start, end) => {
    at++
    waiting.push(change(`${bytes.toString('latin1', start, end)}\n`, at))
    if (waiting.length < 1000) return
    writeSync(descriptor, waiting.join(''), null, 'latin1')
    waiting = []
  })
  for (const piece of piecesOf(file)) splitter.feed(piece)
  writeSync(descriptor, waiting.join(''), null, 'latin1')
  closeSync(descriptor)
  return copy
}

interface Told {
  readonly code: number
  readonly faults: readonly string[]
  readonly ms: number
  /** Megabytes by which it has grown. */
  readonly grown: number
}

async function verify(path: string): Promise<Told> {
  const before = process.memoryUsage().rss
  const begun = performance.now()
  const { code, stdout } = await inside(['audit', 'verify', path, '--format', 'json'])
  const { faults } = JSON.parse(stdout) as { faults: readonly { code: string; line: number }[] }
  return {
    code: code ?? 2,
    faults: faults.map((fault) => `${fault.code} ${fault.line}`),
    ms: performance.now() - begun,
    grown: (process.memoryUsage().rss - before) / 2 ** 20,
  }
}

test('each fault is found, and its line is named', async () => {
  const at = withinStream(Math.floor(all * 0.7))
  const rows: string[] = []
  const look = async (what: string, path: string): Promise<readonly string[]> => {
    const { code, faults, ms, grown } = await verify(path)
    rows.push(`${what} | ${faults.join(', ') || 'none'} | ${ms.toFixed(0)} ms | ${grown.toFixed(0)} MB more`)
    expect(code).toBe(faults.length === 0 ? 0 : 1)
    // The file is hundreds of megabytes; pieces, buffers and what the collector has not looked at are some.
    expect(grown).toBeLessThan(150)
    return faults
  }
  expect(await look('as it was written', file)).toEqual([])
  const byte = copyWith((line, number) => (number === at ? line.replace('"status":200', '"status":201') : line))
  expect(await look('a changed byte', byte)).toEqual([`changed ${at}`])
  const removed = copyWith((line, number) => (number === at ? '' : line))
  expect(await look('a removed line', removed)).toEqual([`removed ${at}`])
  let held = ''
  const exchanged = copyWith((line, number) => {
    if (number === at) held = line
    if (number === at) return ''
    return number === at + 1 ? line + held : line
  })
  expect(await look('two lines exchanged', exchanged)).toEqual([`moved ${at}`])
  const cut = copyWith((line, number) => (number < at ? line : ''))
  const faults = await look('a cut tail', cut)
  expect(faults).toHaveLength(STREAMS)
  for (const fault of faults) expect(fault).toMatch(/^no-end \d+$/)
  expect(faults.at(-1)).toBe(`no-end ${at - 1}`)
  console.log(`${all} lines\n${rows.join('\n')}\nJSON.parse of the same | ${parsing().toFixed(0)} ms`)
}, 600_000) // The full size takes longer than the default time-out.

function parsing(): number {
  const begun = performance.now()
  let count = 0
  const splitter = new LineSplitter((bytes, start, end) => {
    if (JSON.parse(bytes.toString('utf8', start, end)) !== null) count++
  })
  for (const piece of piecesOf(file)) splitter.feed(piece)
  if (count !== all) throw new Error('lines are missing')
  return performance.now() - begun
}
