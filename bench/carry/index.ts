/** `npm run bench -- carry`: what carrying a request costs, with all that an identity-aware proxy does for it, beside what people run today. */
import { tableOf } from '../table.ts'
import type { Contestant } from './contestant.ts'
import { CONTESTANTS } from './contestants/index.ts'
import { ours } from './contestants/ours.ts'
import { installCarriers } from './install.ts'
import { type Carried, measureInTurns, measureLatency, startAll } from './measure.ts'
import { setStage } from './stage.ts'

const SIZES = [
  { kilobytes: 1, requests: 20_000 },
  { kilobytes: 64, requests: 4_000 },
]

/** Of each round and contestant at the one rate. */
const LATENCY_SECONDS = 4

export interface Carry {
  readonly carried: readonly Carried[]
  readonly latency: {
    /** Requests a second: half of what the slowest one does. */
    readonly rate: number
    /** Milliseconds. */
    readonly times: Readonly<Record<string, { readonly p50: number; readonly p99: number }>>
  }
  /** By name, why it is not there. */
  readonly missing: Readonly<Record<string, string>>
}

/** @param names those whose names begin so; all where left out */
export async function benchCarry(
  root: string,
  rounds: number,
  names: readonly string[] | undefined,
): Promise<{ readonly figures: Carry; readonly table: string }> {
  const wanted = CONTESTANTS.filter(({ name }) => names?.some((start) => name.startsWith(start)) ?? true)
  const stage = await setStage(root, installCarriers(root))
  try {
    const { running, missing } = await startAll(wanted, stage)
    const carried = await measureInTurns(running, stage, rounds, SIZES)
    const slowest = Math.min(...carried.filter(({ kilobytes }) => kilobytes === 1).map((one) => one.rate))
    const rate = Math.round(slowest / 2)
    const times = await measureLatency(running, stage, rounds, rate, LATENCY_SECONDS)
    const figures = { carried, latency: { rate, times: Object.fromEntries(times) }, missing: Object.fromEntries(missing) }
    return { figures, table: writeTable(wanted, figures) }
  } finally {
    await stage.close()
  }
}

function writeTable(contestants: readonly Contestant[], { carried, latency, missing }: Carry): string {
  const cpuOf = (name: string, kilobytes: number) => carried.find((one) => one.name === name && one.kilobytes === kilobytes)
  const rows = contestants.flatMap(({ name, does }) => {
    const [small, large] = SIZES.map(({ kilobytes }) => cpuOf(name, kilobytes))
    if (small === undefined || large === undefined) return []
    const ratio = (one: Carried) => {
      const base = cpuOf(ours.name, one.kilobytes)
      return base === undefined ? '' : (base.cpu / one.cpu).toFixed(2)
    }
    const { p50, p99 } = latency.times[name] ?? { p50: Number.NaN, p99: Number.NaN }
    const figures = [small.cpu.toFixed(0), ratio(small), large.cpu.toFixed(0), ratio(large), small.rate.toFixed(0)]
    return [[name, does, ...figures, p50.toFixed(2), p99.toFixed(2)]]
  })
  const head = ['', 'a request', '1 kB µs', 'iap /', '64 kB µs', 'iap /', '1 kB /s', 'p50 ms', 'p99 ms']
  const lines = [tableOf(head, rows), `Times at ${latency.rate} requests a second for all, 64 connections (HTTP/2: 8).`]
  for (const [name, why] of Object.entries(missing)) lines.push(`Not there: ${name}: ${why}`)
  return lines.join('\n')
}
