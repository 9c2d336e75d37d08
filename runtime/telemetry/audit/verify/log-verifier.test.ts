import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditRecord, fileAudit } from '../../../../tests/support/audit-record.ts'
import { readPublicKeys } from '../../../policy/index.ts'
import { openAuditLog } from '../audit-log.ts'
import type { Witnessed } from '../own-records.ts'
import { type KnownHead, LogVerifier, type VerifyOptions } from './log-verifier.ts'
import type { Report } from './report.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const keys = keysOf(publicKey)
const silent = { info: () => {}, warn: () => {}, error: () => {} }

function keysOf(key: typeof publicKey): VerifyOptions['keys'] {
  const read = readPublicKeys(key.export({ format: 'pem', type: 'spki' }) as string)
  if (!read.ok) throw new Error(read.message)
  return read.keys
}

let folder: string
/** Of one process: a stream record, 20 requests, the last checkpoint; a checkpoint every 8 records. */
let good: readonly string[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-verify-'))
  writeFileSync(join(folder, 'key.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }))
  good = await logOf('good.jsonl', 20)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Options {
  readonly key?: boolean
  readonly heads?: (head: Witnessed) => void
  readonly witness?: readonly Witnessed[]
  readonly process?: string
  readonly end?: boolean
}

/** The lines of a file after a process has written so many requests to it. */
async function logOf(name: string, requests: number, options: Options = {}): Promise<readonly string[]> {
  const file = join(folder, name)
  const { key = true, heads, witness = [], process = 'proxy' } = options
  const config = fileAudit(file, { chain: true, key: key ? join(folder, 'key.pem') : null })
  const log = await openAuditLog([config], silent, {
    process,
    gather: 0,
    checkpoint: { after: 60_000, records: 8 },
    ...(heads && { onHead: heads }),
  })
  for (let i = 0; i < requests; i++)
    log.write(auditRecord({ requestId: `${10_000_000 + i}-6a2b-4a2d-9d55-0b8ad1f1bd0a`, path: `/${i}` }))
  log.witness(file, witness)
  await log.close()
  return linesOf(file)
}

function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1)
}

function verified(files: readonly (readonly string[])[], options: Partial<VerifyOptions> = {}): Report {
  const verifier = new LogVerifier({ keys: [], partial: false, heads: [], hashes: [], most: 20, ...options })
  for (const [at, lines] of files.entries()) {
    verifier.begin(`${at}.jsonl`)
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
    // Pieces end within lines, and fill the same buffer.
    const piece = Buffer.alloc(700)
    for (let start = 0; start < bytes.length; start += piece.length) {
      const length = bytes.copy(piece, 0, start)
      verifier.feed(piece.subarray(0, length))
    }
    verifier.endFile()
  }
  return verifier.report()
}

/** Code and line of each. */
function faultsIn(lines: readonly string[], options?: Partial<VerifyOptions>): readonly string[] {
  return verified([lines], options).faults.map(({ code, line }) => `${code} ${line}`)
}

function changed(at: number, from: string | RegExp, to: string): readonly string[] {
  const line = good[at] as string
  expect(line.replace(from, to)).not.toBe(line)
  return good.with(at, line.replace(from, to))
}

test('a log as it was written has no fault', () => {
  const report = verified([good], { keys })
  expect(report).toMatchObject({ faults: [], faulty: 0, notes: [], records: good.length })
  expect(good.map((line) => JSON.parse(line).kind ?? '').join(' ')).toMatch(/^stream {8}checkpoint {9}checkpoint {6}checkpoint$/)
  expect(report.streams).toEqual([
    {
      stream: JSON.parse(good[0] as string).stream,
      process: 'proxy',
      first: 0,
      seq: good.length - 1,
      hash: JSON.parse(good.at(-1) as string).hash,
      ended: true,
      signed: good.length - 2,
    },
  ])
})

test('a hash is what the documentation says', async () => {
  const { createHash } = await import('node:crypto')
  let before = 'A'.repeat(43)
  for (const line of good) {
    const upTo = line.slice(0, line.lastIndexOf(',"hash":'))
    const hash = createHash('sha256').update(`${before}"}\n${upTo}`).digest('base64url')
    expect(JSON.parse(line).hash).toBe(hash)
    before = hash
  }
})

describe('a fault is found and named', () => {
  test('any changed byte of any member, by its line', () => {
    const line = good[4] as string
    for (let at = 0; at < line.length; at++) {
      const other = line[at] === '0' ? '1' : '0'
      const [first] = verified([good.with(4, line.slice(0, at) + other + line.slice(at + 1))]).faults
      expect([first?.line, at]).toEqual([5, at])
    }
  })

  test('a byte becomes the end of a line, or an end another byte', () => {
    const line = good[4] as string
    expect(faultsIn([...good.slice(0, 4), line.slice(0, 99), line.slice(100), ...good.slice(5)])[0]).toBe('unchained 5')
    expect(faultsIn([...good.slice(0, 4), `${line} ${good[5]}`, ...good.slice(6)])[0]).toBe('removed 5')
  })

  test('only a hash was changed: nothing is said of the line behind it', () => {
    const line = good[4] as string
    const other = line.endsWith('A"}') ? 'E' : 'A'
    expect(faultsIn(good.with(4, `${line.slice(0, -3)}${other}"}`))).toEqual(['changed 5'])
  })

  test('a changed first or last line, and one between pieces', () => {
    for (let at = 0; at < good.length; at++)
      expect(faultsIn(changed(at, '"time":"2', '"time":"3')), String(at)).toEqual([`changed ${at + 1}`])
  })

  test('a removed line, or several, by the line behind them', () => {
    for (let at = 1; at < good.length - 1; at++)
      expect(faultsIn(good.toSpliced(at, 1)), String(at)).toEqual([`removed ${at + 1}`])
    expect(faultsIn(good.toSpliced(3, 10))).toEqual(['removed 4'])
    expect(faultsIn(good.toSpliced(9, 1).toSpliced(3, 2))).toEqual(['removed 4', 'removed 8'])
  })

  test('two lines exchanged, near and far', () => {
    const swapped = (a: number, b: number) => good.with(a, good[b] as string).with(b, good[a] as string)
    for (let at = 1; at < good.length - 2; at++) expect(faultsIn(swapped(at, at + 1)), String(at)).toEqual([`moved ${at + 1}`])
    for (const [a, b] of [
      [3, 5],
      [3, 12],
      [1, 20],
    ] as const)
      expect(faultsIn(swapped(a, b)), `${a} ${b}`).toEqual([`moved ${a + 1}`, `moved ${b + 1}`])
  })

  test('a line written twice, and one from elsewhere', async () => {
    expect(faultsIn(good.toSpliced(7, 0, good[3] as string))).toEqual(['repeated 8'])
    const other = await logOf('other.jsonl', 3)
    expect(faultsIn(good.toSpliced(7, 0, other[2] as string))).toEqual(['no-beginning 8', 'no-end 8'])
    const { stream: _, seq: __, hash: ___, ...bare } = JSON.parse(good[3] as string)
    expect(faultsIn(good.toSpliced(7, 0, JSON.stringify(bare)))).toEqual(['unchained 8'])
  })

  test('a cut tail, a cut beginning, and something behind the end', () => {
    expect(faultsIn(good.slice(0, -1))).toEqual([`no-end ${good.length - 1}`])
    expect(faultsIn(good.slice(0, 5))).toEqual(['no-end 5'])
    expect(faultsIn(good.slice(3))).toEqual(['no-beginning 1'])
    const forged = (good[4] as string).replace(/"seq":\d+/, `"seq":${good.length}`)
    expect(faultsIn([...good, forged])).toEqual([`after-end ${good.length + 1}`, `changed ${good.length + 1}`])
  })

  test('more than are told are counted', () => {
    const report = verified([good.map((line) => line.replace('"time":"2', '"time":"3'))], { most: 3 })
    expect([report.faults.map(({ line }) => line), report.faulty]).toEqual([[1, 2, 3], good.length])
  })
})

describe('a part of a log', () => {
  test('may have begun before and go on, where that is said', () => {
    const report = verified([good.slice(3, 12)], { partial: true })
    expect([report.faults, report.notes.map(({ message }) => message)]).toEqual([[], [expect.stringContaining('no last record')]])
  })

  test('is one log over several files', () => {
    expect(verified([good.slice(0, 7), good.slice(7, 8), good.slice(8)])).toMatchObject({ faults: [], records: good.length })
    const [first] = verified([good.slice(0, 7), good.slice(8)]).faults
    expect(first).toMatchObject({ code: 'removed', file: '1.jsonl', line: 1 })
  })
})

describe('what was known before', () => {
  const headsOf = (lines: readonly string[]): readonly KnownHead[] => verified([lines], { partial: true }).streams

  test('is there, or goes on there', () => {
    const heads = headsOf(good.slice(0, 9))
    expect(verified([good], { heads }).faults).toEqual([])
    expect(verified([good.slice(9)], { heads }).faults).toEqual([])
    // Nothing new has come.
    expect(verified([good.slice(0, 9)], { heads }).faults).toEqual([])
  })

  test('was cut, or is another', () => {
    const heads = headsOf(good.slice(0, 9))
    expect(faultsIn(good.slice(0, 7), { heads })).toEqual(['no-end 7', 'cut 7'])
    for (const partial of [true, false]) {
      expect(faultsIn(good.slice(10), { heads, partial })).toEqual(['removed 1'])
      expect(faultsIn([], { heads, partial })).toEqual(['cut 0'])
    }
    const ended = headsOf(good)
    expect([faultsIn([], { heads: ended }), faultsIn([], { heads: ended, partial: true })]).toEqual([['cut 0'], []])
    expect(faultsIn(changed(9, '"time":"2', '"time":"3').slice(9), { heads })).toEqual(['changed 1'])
    const forked = heads.map((head) => ({ ...head, hash: 'B'.repeat(43) }))
    expect(faultsIn(good, { heads: forked })).toEqual(['forked 9'])
  })

  test('a hash that is kept elsewhere', () => {
    const { hash } = JSON.parse(good.at(-1) as string)
    expect(faultsIn(good, { hashes: [hash] })).toEqual([])
    expect(faultsIn(good.slice(0, -1), { hashes: [hash], partial: true })).toEqual([`cut ${good.length - 1}`])
  })
})

describe('signatures', () => {
  /** Whoever can write the file can make a chain of it again. */
  async function forged(change: (line: string) => string): Promise<readonly string[]> {
    const { createHash } = await import('node:crypto')
    let before = 'A'.repeat(43)
    return good.map((line) => {
      const altered = change(line)
      const upTo = altered.slice(0, altered.lastIndexOf(',"hash":'))
      before = createHash('sha256').update(`${before}"}\n${upTo}`).digest('base64url')
      return `${upTo},"hash":"${before}"}`
    })
  }

  test('find a chain that was made again', async () => {
    const lines = await forged((line) => line.replace('"path":"/3"', '"path":"/x"'))
    expect(faultsIn(lines)).toEqual([])
    expect(faultsIn(lines, { keys })).toEqual(['bad-signature 9', 'bad-signature 18', 'bad-signature 24'])
  })

  test('also where its checkpoints say so', async () => {
    const { createHash } = await import('node:crypto')
    let before = 'A'.repeat(43)
    const lines = good.map((line) => {
      const upTo = line
        .replace('"path":"/3"', '"path":"/x"')
        .replace(/("head":\{"stream":"[^"]+","seq":\d+,"hash":")[^"]+/, `$1${before}`)
      const rest = upTo.slice(0, upTo.lastIndexOf(',"hash":'))
      before = createHash('sha256').update(`${before}"}\n${rest}`).digest('base64url')
      return `${rest},"hash":"${before}"}`
    })
    expect(faultsIn(lines)).toEqual([])
    expect(faultsIn(lines, { keys })).toEqual(['bad-signature 9', 'bad-signature 18', 'bad-signature 24'])
  })

  test('of another key, or of nobody', async () => {
    expect(faultsIn(good, { keys: keysOf(generateKeyPairSync('ed25519').publicKey) })[0]).toBe('unknown-key 9')
    expect(faultsIn(await logOf('unsigned.jsonl', 2, { key: false }), { keys })).toEqual(['unsigned 4'])
    const taken = await forged((line) => line.replace(/"key":"[^"]+","signature":"[^"]+"/, '"key":null,"signature":null'))
    expect(faultsIn(taken, { keys })).toEqual(['unsigned 9'])
  })

  test('are missed of a stream that is too young for one, or made up', () => {
    const { faults, notes } = verified([good.slice(0, 5)], { keys, partial: true })
    expect([faults, notes.map(({ message }) => message)]).toEqual([
      [],
      ['the last 5 of its records are not signed', expect.anything()],
    ])
  })

  test('say up to where they go', () => {
    const report = verified([good.slice(0, 15)], { keys, partial: true })
    expect(report.streams[0]).toMatchObject({ seq: 14, signed: 7 })
    expect(report.notes.map(({ message }) => message)).toContain('the last 7 of its records are not signed')
  })
})

describe('several streams', () => {
  /** Of two workers, line by line, and a supervisor that has heard of them. */
  async function three(): Promise<{
    readonly one: readonly string[]
    readonly two: readonly string[]
    readonly all: readonly string[]
  }> {
    const heads: Witnessed[] = []
    const told = (head: Witnessed) => void heads.push(head)
    const one = await logOf('one.jsonl', 6, { process: 'worker 1', heads: told })
    const two = await logOf('two.jsonl', 6, { process: 'worker 2', heads: told })
    const supervisor = await logOf('supervisor.jsonl', 0, { process: 'supervisor', witness: heads })
    for (const name of ['one', 'two', 'supervisor']) rmSync(join(folder, `${name}.jsonl`))
    return { one, two, all: [...one.flatMap((line, at) => [line, two[at] as string]), ...supervisor] }
  }

  test('interleave, and each is whole', async () => {
    const { all } = await three()
    const report = verified([all], { keys })
    expect([report.faults, report.streams.map(({ process }) => process)]).toEqual([[], ['worker 1', 'worker 2', 'supervisor']])
  })

  test('one is taken out, or cut where its checkpoint was', async () => {
    const { one, two, all } = await three()
    const without = (lines: readonly string[]) => all.filter((line) => !lines.includes(line))
    expect(faultsIn(without(two))).toEqual(['missing-stream 10'])
    expect(verified([without(one.slice(-1))]).faults.map(({ code }) => code)).toEqual(['no-end', 'cut'])
  })

  test('a process that was killed, as another says, is no fault; what it had told must be there', async () => {
    const heads: Witnessed[] = []
    const killed = (await logOf('killed.jsonl', 12, { heads: (head) => void heads.push(head) })).slice(0, -1)
    const gone = heads.filter(({ state }) => state === 'open').map((head) => ({ ...head, state: 'gone' as const }))
    const supervisor = await logOf('super.jsonl', 0, { process: 'supervisor', witness: gone })
    expect(verified([[...killed, ...supervisor]])).toMatchObject({
      faults: [],
      notes: [{ message: expect.stringContaining('was killed') }],
    })
    expect(faultsIn([...killed.slice(0, 5), ...supervisor])).toEqual(['cut 5'])
    // The next process names the last record of the file, which is later than what had been told.
    writeFileSync(join(folder, 'killed.jsonl'), killed.map((line) => `${line}\n`).join(''))
    const next = await logOf('killed.jsonl', 2, { process: 'worker 2' })
    expect(verified([[...next, ...supervisor]])).toMatchObject({
      faults: [],
      notes: [{ message: expect.stringContaining('was killed') }],
    })
    const last = (lines: readonly string[]) => lines.toSpliced(killed.length - 1, 1)
    expect(faultsIn([...last(next), ...supervisor])).toEqual([`cut ${killed.length - 1}`])
  })

  test('that follow one another name the one before: what stood there first is missed', async () => {
    await logOf('life.jsonl', 2)
    await logOf('life.jsonl', 2)
    const lives = await logOf('life.jsonl', 2)
    expect(faultsIn(lives)).toEqual([])
    expect(faultsIn([...lives.slice(0, 4), ...lives.slice(8)])).toEqual(['missing-stream 5'])
    const heads = verified([lives.slice(0, 4)]).streams
    expect(faultsIn([...lives.slice(0, 4), ...lives.slice(8)], { heads, partial: true })).toEqual(['missing-stream 5'])
    expect(faultsIn(lives.slice(4), { heads, partial: true })).toEqual([])
    // What has come before the first that is there, nobody can tell from a file that was rotated.
    expect(verified([lives.slice(4)])).toMatchObject({
      faults: [],
      notes: [{ message: expect.stringContaining('names a stream') }],
    })
  })
})

test('the beginning of a record that had no room is none, where the record follows', () => {
  const torn = [...good.slice(0, 5), (good[5] as string).slice(0, 100), '', ...good.slice(5)]
  expect(verified([torn])).toMatchObject({
    faults: [],
    notes: [{ message: expect.stringContaining('that could not be written completely') }],
  })
  expect(faultsIn([...good.slice(0, 5), (good[3] as string).slice(0, 400), ...good.slice(5)])).toEqual(['unchained 6'])
})

test('what is no log at all', () => {
  expect([faultsIn([]), faultsIn(['']), faultsIn([], { partial: true })]).toEqual([['empty 0'], ['empty 1'], []])
  expect(faultsIn(['', '{}', 'x', '\u0000'])).toEqual(['unchained 2', 'unchained 3', 'unchained 4'])
  expect(verified([['x'.repeat(5000)]])).toMatchObject({ faulty: 1, records: 0 })
})
