/** `npm run bench -- replay`: what it takes to decide the lines of an audit log by another policy, beside `JSON.parse` of the same lines. In turns, in one process. */

import { readRecord } from '../../runtime/telemetry/audit/query/index.ts'
import { LineSplitter } from '../../runtime/telemetry/audit/verify/index.ts'
import { Replayer } from '../../runtime/telemetry/replay/index.ts'
import { medianOf } from '../median.ts'
import { tableOf } from '../table.ts'
import { DATA, loadPolicy, policyText } from './policy.ts'
import { recordedLines } from './recorded-lines.ts'

const LINES = 100_000

export interface ReplayFigures {
  readonly lines: number
  /** Milliseconds of processor time for all lines. */
  readonly parse: number
  readonly replay: number
  readonly ratio: number
  readonly counts: Readonly<Record<string, number>>
}

export async function benchReplay(
  rounds: number,
  lines = LINES,
): Promise<{ readonly figures: ReplayFigures; readonly table: string }> {
  const recorded = await loadPolicy(policyText(3))
  const against = await loadPolicy(policyText(4))
  const file = Buffer.from(recordedLines(recorded, lines))
  const [parsed, replayed]: [number[], number[]] = [[], []]
  let counts: Record<string, number> = {}
  // The first two are a warm-up.
  for (let round = -2; round < rounds; round++) {
    const parse = timed(() => parseAll(file, lines))
    const replay = timed(() => {
      counts = replayAll(file, new Replayer(against, { data: DATA }))
    })
    if (round < 0) continue
    parsed.push(parse)
    replayed.push(replay)
  }
  const ratio = medianOf(replayed.map((ms, at) => ms / (parsed[at] as number)))
  const figures = { lines, parse: medianOf(parsed), replay: medianOf(replayed), ratio, counts }
  return { figures, table: shown(figures) }
}

function parseAll(file: Buffer, lines: number): void {
  let count = 0
  for (let start = 0, end = file.indexOf(10); end !== -1; start = end + 1, end = file.indexOf(10, start)) {
    const record = JSON.parse(file.toString('utf8', start, end)) as { readonly version: number }
    if (record.version === 3) count++
  }
  if (count !== lines) throw new Error('there are too few lines')
}

/** As the command does, without its words. */
function replayAll(file: Buffer, replayer: Replayer): Record<string, number> {
  const counts: Record<string, number> = { same: 0, changed: 0, undetermined: 0, undecided: 0 }
  const splitter = new LineSplitter((bytes, start, end) => {
    const record = readRecord(bytes.toString('utf8', start, end))
    if (record === null) throw new Error('a line is no record')
    const { kind } = replayer.replay(record)
    counts[kind] = (counts[kind] ?? 0) + 1
  })
  splitter.feed(file)
  splitter.end()
  return counts
}

/** Milliseconds of processor time, of all threads. */
function timed(act: () => void): number {
  const before = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function shown({ lines, parse, replay, ratio, counts }: ReplayFigures): string {
  const rows = [
    ['JSON.parse', parse.toFixed(0), ''],
    ['replay', replay.toFixed(0), ratio.toFixed(2)],
  ]
  const found = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`)
  return `${tableOf([`${lines.toLocaleString('en')} lines`, 'ms', 'times'], rows)}\n${found.join(', ')}`
}
