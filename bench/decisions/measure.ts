/** What a decision costs: ours and others in turns, in a process for each policy and round, and only where all answer alike. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { medianOf } from '../median.ts'
import type { PeerName } from '../peers/peers.ts'
import { run } from '../run-program.ts'
import type { Contestant, Row } from './engine.ts'
import { type AskPeers, type OfPeer, type PeerRound, summarizePeers } from './measure-peers.ts'
import { hasGraphs, type ScenarioName } from './scenarios.ts'
import type { Effort } from './time.ts'
import type { Passes } from './time-in-turns.ts'
import type { Compilation } from './write-compiled.ts'

/** A policy, and what of a decision is timed. */
export interface Case {
  readonly scenario: ScenarioName
  readonly size: number
  readonly row: Row
}

export interface Measured extends Case, Compilation {
  /** Nanoseconds a decision: medians of all passes. */
  readonly nanoseconds: Readonly<Partial<Record<Contestant, number>>>
  /** How many times what the others take that ours does. */
  readonly ratios: Readonly<Partial<Record<Contestant, Ratio>>>
  /** Of the row `known` alone. */
  readonly peers: Readonly<Partial<Record<PeerName, OfPeer>>>
}

/** Of passes that followed each other at once, in all rounds. */
export interface Ratio {
  readonly median: number
  /** The tenth and the ninetieth of a hundred. */
  readonly range: readonly [number, number]
}

interface Rounds {
  readonly passes: Passes[]
  readonly peers: PeerRound[]
}

/**
 * @param effort of each contestant in each round
 * @param askPeers left out: they are not asked
 */
export function measureDecisions(
  program: string,
  cases: readonly Case[],
  rounds: number,
  effort: Effort,
  askPeers?: AskPeers,
): Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  try {
    const policies = new Map([...cases, ...cases.filter(isBesideForty).map(ofForty)].map((one) => [keyOf(one), one]))
    const compiled = new Map([...policies].map(([key, one]) => [key, compile(program, folder, one)]))
    const measured = new Map(cases.map((one): [Case, Rounds] => [one, { passes: [], peers: [] }]))
    const words = [String(effort.warm), String(effort.milliseconds)]
    for (let round = 0; round < rounds; round += 1)
      for (const [one, { passes, peers }] of measured) {
        const graph = wordsOf(folder, one, round)
        passes.push(run<Passes>(program, ['time', ...graph, one.row, ...words, ...contestantsOf(one)]))
        if (askPeers === undefined || one.row !== 'known') continue
        const answers = run<string>(program, ['ask', ...graph])
        peers.push(askPeers({ title: keyOf(one), graphs: hasGraphs(one.scenario), folder: join(folder, keyOf(one)), answers }))
      }
    return [...measured].map(([one, all]) => summary(one, compiled.get(keyOf(one)) as Compilation, all))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function keyOf({ scenario, size }: Case): string {
  return `${scenario}-${size}`
}

/** Each round has a graph of its own. */
function wordsOf(folder: string, one: Case, round: number): string[] {
  return [one.scenario, String(one.size), String(round), join(folder, keyOf(one))]
}

/** One bit is no answer where the request matters, nor where the route is not known. */
function contestantsOf(one: Case): readonly Contestant[] {
  const bitTest: readonly Contestant[] = one.scenario === 'caller' && one.row !== 'routed' ? ['bit-test'] : []
  return ['iap', 'by-hand', ...bitTest, ...(isBesideForty(one) ? (['iap-of-40'] as const) : [])]
}

/** Whether a goal says how many times what 40 rules cost it may. */
function isBesideForty({ scenario, row, size }: Case): boolean {
  return (scenario === 'caller' || scenario === 'mixed') && row !== 'routed' && size > 40
}

function ofForty(one: Case): Case {
  return { ...one, size: 40 }
}

function compile(program: string, folder: string, one: Case): Compilation {
  mkdirSync(join(folder, keyOf(one)))
  return run<Compilation>(program, ['compile', ...wordsOf(folder, one, 0)])
}

function summary(one: Case, compiled: Compilation, { passes, peers }: Rounds): Measured {
  const timesOf = (contestant: Contestant) => passes.flatMap((round) => round[contestant] ?? [])
  const ours = timesOf('iap')
  const all = contestantsOf(one)
  const others = all.filter((contestant) => contestant !== 'iap')
  return {
    ...one,
    ...compiled,
    nanoseconds: Object.fromEntries(all.map((contestant) => [contestant, medianOf(timesOf(contestant))])),
    ratios: Object.fromEntries(others.map((other) => [other, ratioOf(ours, timesOf(other))])),
    peers: summarizePeers(
      peers,
      passes.map(({ iap }) => medianOf(iap as readonly number[])),
    ),
  }
}

function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  const sorted = ours.map((time, pass) => time / (theirs[pass] as number)).sort((a, b) => a - b)
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] as number
  return { median: at(0.5), range: [at(0.1), at(0.9)] }
}
