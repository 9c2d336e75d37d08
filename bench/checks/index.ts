/** `npm run bench -- checks`: what a decision for another proxy costs. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDeciding } from '../carry/contestants/ours.ts'
import { installEnvoy } from '../carry/install.ts'
import { load, percentileOf } from '../carry/load.ts'
import { startAll } from '../carry/measure.ts'
import { processorTime } from '../carry/processor-time.ts'
import { type Stage, setStage } from '../carry/stage.ts'
import { medianOf } from '../median.ts'
import { tableOf } from '../table.ts'
import { answerOf, checkOf, framed, type Side, startEmpty } from './empty.ts'
import { type AskingStarted, FRONTS } from './fronts.ts'
import { loadChecks } from './load-checks.ts'

/** Of each round and side. In as many, the clock of processor time (10 ms) is half a percent. */
const CHECKS = 30_000
const REQUESTS = 20_000
/** Of each round and front, at half of what OPA's can do. */
const LATENCY_SECONDS = 4

const SHAPES = [
  { name: '64 connections × 1', connections: 64, streams: 1 },
  { name: '2 connections × 32', connections: 2, streams: 32 },
]

/** A Check beside empty ones: medians of microseconds of processor time, and of their ratios. */
interface CheckCost {
  readonly shape: string
  readonly check: number
  /** On the server of `iap`, and on that of `@grpc/grpc-js`. */
  readonly empty: readonly [own: number, grpcJs: number]
  readonly ratios: readonly [own: number, grpcJs: number]
}

/** A front: medians of microseconds of processor time for a request. */
interface FrontCost {
  readonly name: string
  readonly all: number
  /** Of the process that decides; null if the front decides itself. */
  readonly decides: number | null
  /** Requests a second, as fast as it goes. */
  readonly rate: number
  /** Milliseconds, at the rate that is the same for all. */
  readonly p99: number
}

export interface ChecksFigures {
  readonly checks: readonly CheckCost[]
  readonly fronts: readonly FrontCost[]
  /** Requests a second of the latencies. */
  readonly rate: number
  readonly missing: Readonly<Record<string, string>>
}

export async function benchChecks(root: string, rounds: number): Promise<{ figures: ChecksFigures; table: string }> {
  const stage = await setStage(root, installEnvoy(root))
  try {
    const checks = await measureChecks(stage, rounds)
    const { fronts, rate, missing } = await measureFronts(stage, rounds)
    const figures = { checks, fronts, rate, missing: Object.fromEntries(missing) }
    return { figures, table: writeTable(figures) }
  } finally {
    await stage.close()
  }
}

async function measureChecks(stage: Stage, rounds: number): Promise<readonly CheckCost[]> {
  const iap = await startDeciding(stage, 'iap, ext_authz', 'protocol: ext-authz, allHeaders: true')
  const request = join(stage.folderFor('checks'), 'request.bin')
  const message = checkOf(stage.token)
  writeFileSync(request, framed(message))
  const response = await answerOf(iap.port, message)
  const sides = [iap, await startEmpty(stage, 'empty-check', response), await startEmpty(stage, 'empty-grpc-js', response)]
  const costs: CheckCost[] = []
  for (const { name, connections, streams } of SHAPES) {
    const cost = async ({ port, pid }: Side) => {
      const before = processorTime([pid])
      await loadChecks({ port, request, checks: CHECKS, connections, streams, bytes: response.length + 5 })
      return ((processorTime([pid]) - before) / CHECKS) * 1e6
    }
    const taken: number[][] = [[], [], []]
    // The first two are a warm-up.
    for (let round = -2; round < rounds; round++) {
      const order = round % 2 === 0 ? [0, 1, 2] : [2, 1, 0]
      for (const side of order) {
        const took = await cost(sides[side] as Side)
        if (round >= 0) taken[side]?.push(took)
      }
    }
    const [check = [], own = [], grpcJs = []] = taken
    const ratio = (empty: readonly number[]) => medianOf(check.map((took, round) => took / (empty[round] as number)))
    costs.push({
      shape: name,
      check: medianOf(check),
      empty: [medianOf(own), medianOf(grpcJs)],
      ratios: [ratio(own), ratio(grpcJs)],
    })
  }
  return costs
}

async function measureFronts(stage: Stage, rounds: number) {
  const { running, missing } = await startAll(FRONTS, stage)
  const kept = new Map(running.map(({ contestant }) => [contestant.name, { all: [], decides: [], rate: [], p99: [] } as Taken]))
  const loadOf = (requests: number) => ({ paths: ['/1k'], requests, connections: 64, streams: 1, token: stage.token })
  for (let round = -1; round < rounds; round++)
    for (const { contestant, started } of running) {
      const { decides } = started as AskingStarted
      const own = decides === undefined ? [] : [decides]
      const before = [processorTime(started.processes), processorTime(own)] as const
      const loaded = await load(contestant, started, loadOf(REQUESTS))
      if (round < 0) continue
      const taken = kept.get(contestant.name) as Taken
      taken.all.push(((processorTime(started.processes) - before[0]) / REQUESTS) * 1e6)
      taken.decides.push(((processorTime(own) - before[1]) / REQUESTS) * 1e6)
      taken.rate.push(loaded.rate)
    }
  const rate = Math.round(medianOf(kept.get('Envoy, OPA')?.rate ?? [2000]) / 2)
  for (let round = 0; round < rounds; round++)
    for (const { contestant, started } of running) {
      const log = join(stage.folderFor('latency'), `${round}-${contestant.name.replaceAll(/[^a-z0-9]+/gi, '-')}.log`)
      await load(contestant, started, { ...loadOf(rate * LATENCY_SECONDS), rate, log })
      kept.get(contestant.name)?.p99.push(percentileOf(log, 0.99))
    }
  const fronts = running.map(({ contestant: { name }, started }): FrontCost => {
    const { all, decides, rate, p99 } = kept.get(name) as Taken
    const own = (started as AskingStarted).decides === undefined ? null : medianOf(decides)
    return { name, all: medianOf(all), decides: own, rate: medianOf(rate), p99: medianOf(p99) }
  })
  return { fronts, rate, missing }
}

interface Taken {
  readonly all: number[]
  readonly decides: number[]
  readonly rate: number[]
  readonly p99: number[]
}

function writeTable({ checks, fronts, rate, missing }: ChecksFigures): string {
  const first = checks.map(({ shape, check, empty, ratios }) => [
    shape,
    check.toFixed(1),
    ...empty.flatMap((took, i) => [took.toFixed(1), (ratios[i] as number).toFixed(3)]),
  ])
  const second = fronts.map(({ name, all, decides, rate, p99 }) => [
    name,
    all.toFixed(0),
    decides === null ? '' : decides.toFixed(0),
    rate.toFixed(0),
    p99.toFixed(2),
  ])
  const lines = [
    tableOf(['', 'check µs', 'empty µs', 'of the pairs', 'empty, grpc-js µs', 'of the pairs'], first),
    tableOf(['', 'all processes µs', 'the one that decides µs', '/s', 'p99 ms'], second),
    `Times at ${rate} requests a second, 64 connections.`,
  ]
  for (const [name, why] of Object.entries(missing)) lines.push(`Not there: ${name}: ${why}`)
  return lines.join('\n\n')
}
