/** `npm run bench -- pairs`: what a request costs with one worker and with two, with one route and with ten thousand, without records and with them; one run of each after the other. */
import { medianOf } from '../median.ts'
import { tableOf } from '../table.ts'
import type { Contestant, Started } from './contestant.ts'
import { iap, policyOf } from './contestants/ours.ts'
import { load } from './load.ts'
import { processorTime } from './processor-time.ts'
import { type Stage, setStage } from './stage.ts'

const ROUTES = 10_000
/** Spread over all routes. */
const ASKED = 500
/** In as many, the clock of processor time (10 ms) is half a percent. */
const REQUESTS = 60_000

export interface Pair {
  readonly name: string
  /** Medians, in microseconds of processor time for a request. */
  readonly one: number
  readonly other: number
  /** Median of what the other takes of the one, pair by pair. */
  readonly ratio: number
}

interface Sides {
  readonly name: string
  readonly one: Contestant
  readonly other: Contestant
  /** Asked for in turn. */
  readonly paths: readonly string[]
}

const anyPath = policyOf('route page GET "/{rest...}"')
const manyRoutes = policyOf(...Array.from({ length: ROUTES }, (_, at) => `route r${at} GET "/${at}/{name}"`))

const PAIRS: readonly Sides[] = [
  {
    name: 'routes: 1, 10,000',
    one: iap('1 route', false, anyPath),
    other: iap('10,000 routes', false, manyRoutes),
    paths: Array.from({ length: ASKED }, (_, at) => `/${(at * ROUTES) / ASKED}/x`),
  },
  recorded('chain: false', '[{ file: ./audit.jsonl, chain: false }]'),
  recorded('chain: true', '[{ file: ./audit.jsonl }]'),
  { name: 'workers: 1, 2', one: iap('1 worker', false), other: iap('2 workers', false, undefined, 2), paths: ['/1k'] },
]

/** Nothing is recorded, or each request is. */
function recorded(name: string, audit: string): Sides {
  return {
    name: `records: none, ${name}`,
    one: iap('no records', false, undefined, 1, undefined, '[]'),
    other: iap(`records, ${name}`, false, undefined, 1, undefined, audit),
    paths: ['/1k'],
  }
}

export async function benchPairs(
  root: string,
  rounds: number,
): Promise<{ readonly figures: readonly Pair[]; readonly table: string }> {
  const figures: Pair[] = []
  for (const sides of PAIRS) figures.push(await measure(root, rounds, sides))
  const rows = figures.map(({ name, one, other, ratio }) => [name, one.toFixed(1), other.toFixed(1), ratio.toFixed(3)])
  return { figures, table: tableOf(['', 'one µs', 'other µs', 'median of the pairs'], rows) }
}

async function measure(root: string, rounds: number, { name, one, other, paths }: Sides): Promise<Pair> {
  const stage = await setStage(root, '')
  try {
    const sides = [
      { contestant: one, started: await one.start(stage), costs: [] as number[] },
      { contestant: other, started: await other.start(stage), costs: [] as number[] },
    ] as const
    // The first two are a warm-up.
    for (let round = -2; round < rounds; round += 1)
      for (const { contestant, started, costs } of round % 2 === 0 ? sides : sides.toReversed()) {
        const cost = await costOf(contestant, started, stage, paths)
        if (round >= 0) costs.push(cost)
      }
    const [ones, others] = [sides[0].costs, sides[1].costs]
    const ratios = ones.map((cost, at) => (others[at] as number) / cost)
    return { name, one: medianOf(ones), other: medianOf(others), ratio: medianOf(ratios) }
  } finally {
    await stage.close()
  }
}

async function costOf(contestant: Contestant, started: Started, { token }: Stage, paths: readonly string[]): Promise<number> {
  const before = processorTime(started.processes)
  await load(contestant, started, { paths, requests: REQUESTS, connections: 64, streams: 1, token })
  return ((processorTime(started.processes) - before) / REQUESTS) * 1e6
}
