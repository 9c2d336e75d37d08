import { escapeControls } from '../../runtime/index.ts'
import { type Counts, type Figures, LogStats, type Stats } from '../../runtime/telemetry/audit/query/index.ts'
import { readLog } from '../audit/log-files.ts'
import { recordReader } from '../audit/record-reader.ts'
import { defineCommand } from '../command.ts'
import { FORMAT } from '../flags.ts'
import type { Output } from '../io.ts'
import { writeJson } from '../report.ts'
import { count, paint } from '../style.ts'

/** The length of each list. */
const SHOWN = 10

export const auditStats = defineCommand({
  name: 'audit stats',
  summary: 'Count effects, routes, rules, codes and durations in audit logs',
  operands: 'FILE…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: { format: FORMAT },
  more: `Counts include the records that sampling left out. Percentiles of durations are accurate to 1 percent, and include only
recorded requests.

  iap audit stats var/audit.jsonl*`,
  async run(io, { flags, operands }) {
    const stats = new LogStats()
    await readLog(
      io,
      operands,
      recordReader((record) => stats.add(record)),
    )
    if (flags.format === 'json') writeJson(io.stdout, stats.stats())
    else show(io.stdout, stats.stats())
    return 0
  },
})

function show(output: Output, stats: Stats): void {
  const style = paint(output)
  const write = (text: string) => output.write(`${text}\n`)
  const { recorded, sampled } = stats.requests
  const more = sampled > 0 ? `, and ${sampled} counted but not recorded` : ''
  write(`${count(recorded, 'request')}${more}; ${count(stats.actions, 'action')}`)
  if (stats.from !== null) write(`from ${escapeControls(stats.from)} to ${escapeControls(stats.until ?? '')}`)
  if (stats.lost > 0) write(style.red(`${count(stats.lost, 'record')} lost: the queue was full`))
  if (stats.unreadable > 0) write(style.yellow(`${count(stats.unreadable, 'line')} skipped: not a record`))
  for (const name of ['effects', 'routes', 'rules', 'codes', 'revisions'] as const) table(output, name, stats[name])
  const rows = Object.entries(stats.durations).filter((row): row is [string, Figures] => row[1] !== null)
  if (rows.length > 0) write(`\n${style.bold('milliseconds')}        p50        p90        p99        max`)
  for (const [name, { p50, p90, p99, max }] of rows)
    write(`  ${name.padEnd(10)}${[p50, p90, p99, max].map((value) => String(value).padStart(11)).join('')}`)
}

function table(output: Output, name: string, counts: Counts): void {
  if (counts.length === 0) return
  output.write(`\n${paint(output).bold(name)}\n`)
  for (const { name: each, count: times } of counts.slice(0, SHOWN))
    output.write(`  ${String(times).padStart(10)}  ${escapeControls(each)}\n`)
  if (counts.length > SHOWN) output.write(`  and ${counts.length - SHOWN} more\n`)
}
