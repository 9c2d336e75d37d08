/** `npm run bench -- decisions --equal`: every decision of the apps of Cedar's benchmark, ours and that of cedar-wasm. Nothing is timed. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Installed } from '../peers/install.ts'
import { runPeer } from '../peers/run-peer.ts'
import { run } from '../run-program.ts'
import { tableOf } from '../table.ts'
import type { ScenarioName } from './scenarios.ts'

/** All questions are to be answered, however long it takes. */
const BUDGET = { answers: 600_000, warm: 0, timed: 0 }

export interface Programs {
  readonly decisions: string
  readonly peers: string
}

export interface Graph {
  readonly scenario: ScenarioName
  readonly size: number
  readonly graph: number
}

export interface Compared extends Graph {
  readonly decisions: number
  readonly permits: number
}

/** Throws where a decision differs. */
export function compareAll(installed: Installed, programs: Programs, graphs: readonly Graph[]): readonly Compared[] {
  const scratch = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  try {
    return graphs.map((graph, at) => {
      const folder = join(scratch, String(at))
      mkdirSync(folder)
      const compared = compareGraph(installed, programs, graph, folder)
      rmSync(folder, { recursive: true })
      return compared
    })
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

function compareGraph(installed: Installed, { decisions, peers }: Programs, one: Graph, folder: string): Compared {
  const words = [one.scenario, String(one.size), String(one.graph), folder]
  run(decisions, ['compile', ...words])
  const portions = run<readonly string[]>(decisions, ['ask-all', ...words])
  for (const [at, ours] of portions.entries()) {
    const ran = runPeer(installed, peers, 'cedar-wasm', join(folder, String(at)), BUDGET)
    if ('gaveUp' in ran) throw new Error(`${words.slice(0, 3).join(' ')}: cedar-wasm gave up: ${ran.gaveUp}`)
    if (ran.answers !== ours)
      throw new Error(`${words.slice(0, 3).join(' ')}: portion ${at}: ours\n${ours}\ncedar-wasm\n${ran.answers}`)
  }
  const all = portions.join('')
  return { ...one, decisions: all.length, permits: all.replaceAll('0', '').length }
}

/** A line a scenario. */
export function writeCompared(compared: readonly Compared[]): string {
  const rows = [...new Set(compared.map(({ scenario }) => scenario))].map((scenario) => {
    const own = compared.filter((one) => one.scenario === scenario)
    const sum = (of: 'decisions' | 'permits') => own.reduce((total, one) => total + one[of], 0).toLocaleString('en')
    return [scenario, [...new Set(own.map(({ size }) => size))].join(', '), String(own.length), sum('decisions'), sum('permits')]
  })
  return tableOf(['policy', 'entities a type', 'graphs', 'decisions alike', 'permits'], rows)
}
