/** What a decision costs, engine by engine: each in a process of its own, in rounds one after the other, and only where all answer alike. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { medianOf } from '../median.ts'
import type { PeerName } from '../peers/peers.ts'
import { run } from '../run-program.ts'
import type { Compilation } from './compiled.ts'
import type { EngineName, Row } from './engine.ts'
import { type AskPeers, type OfPeer, type PeerRound, summarizePeers } from './measure-peers.ts'
import { hasGraphs, type ScenarioName } from './scenarios.ts'
import type { Effort, Timed } from './time.ts'

/** A policy, and what of a decision is timed. */
export interface Case {
  readonly scenario: ScenarioName
  readonly size: number
  readonly row: Row
}

export interface Measured extends Case, Compilation {
  /** Nanoseconds a decision, by engine: medians of the rounds. */
  readonly engines: Readonly<Partial<Record<EngineName, number>>>
  /** To hand-written JavaScript: the median of the ratios within a round. */
  readonly ratio: number
  /** Of the row `known` alone. */
  readonly peers: Readonly<Partial<Record<PeerName, OfPeer>>>
}

interface Times {
  readonly engines: { readonly [E in EngineName]?: number[] }
  readonly peers: PeerRound[]
}

/**
 * @param effort of each engine in each round
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
    const policies = new Map(cases.map((one) => [keyOf(one), one]))
    const compiled = new Map([...policies].map(([key, one]) => [key, prepare(program, folder, one, rounds)]))
    const times = new Map(cases.map((one): [Case, Times] => [one, noTimes(one)]))
    const words = [String(effort.warm), String(effort.milliseconds)]
    for (let round = 0; round < rounds; round += 1)
      for (const [one, { engines, peers }] of times) {
        const graph = wordsOf(folder, one, round)
        for (const [engine, all] of Object.entries(engines))
          all.push(run<Timed>(program, ['time', ...graph, engine, one.row, ...words]).median)
        if (askPeers === undefined || one.row !== 'known') continue
        const answers = run<string>(program, ['ask', ...graph])
        peers.push(askPeers({ title: keyOf(one), graphs: hasGraphs(one.scenario), folder: join(folder, keyOf(one)), answers }))
      }
    return [...times].map(([one, all]) => summary(one, compiled.get(keyOf(one)) as Compilation, all))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function noTimes(one: Case): Times {
  return { engines: Object.fromEntries(enginesOf(one).map((engine) => [engine, []])), peers: [] }
}

function keyOf({ scenario, size }: Case): string {
  return `${scenario}-${size}`
}

/** Each round has a graph of its own. */
function wordsOf(folder: string, one: Case, round: number): string[] {
  return [one.scenario, String(one.size), String(round), join(folder, keyOf(one))]
}

/** One bit is no answer where the request matters, nor where the route is not known. */
function enginesOf({ scenario, row }: Case): readonly EngineName[] {
  return scenario === 'caller' && row === 'known' ? ['iap', 'by-hand', 'bit-test'] : ['iap', 'by-hand']
}

/** Compiles it, and asks both for their answers on the graph of each round. */
function prepare(program: string, folder: string, one: Case, rounds: number): Compilation {
  mkdirSync(join(folder, keyOf(one)))
  const compiled = run<Compilation>(program, ['compile', ...wordsOf(folder, one, 0)])
  for (let round = 0; round < (hasGraphs(one.scenario) ? rounds : 1); round += 1) {
    const words = wordsOf(folder, one, round)
    const ours = run<readonly string[]>(program, ['answer', ...words, 'iap'])
    const byHand = run<readonly string[]>(program, ['answer', ...words, 'by-hand'])
    const differing = ours.findIndex((answer, at) => answer !== byHand[at])
    if (differing >= 0 || ours.length !== byHand.length)
      throw new Error(`${keyOf(one)}: request ${differing} is \`${ours[differing]}\`, by hand \`${byHand[differing]}\``)
  }
  return compiled
}

function summary(one: Case, compiled: Compilation, { engines, peers }: Times): Measured {
  const ours = engines.iap as readonly number[]
  const byHand = engines['by-hand'] as readonly number[]
  return {
    ...one,
    ...compiled,
    engines: Object.fromEntries(Object.entries(engines).map(([engine, all]) => [engine, medianOf(all)])),
    ratio: medianOf(ours.map((time, round) => time / (byHand[round] as number))),
    peers: summarizePeers(peers, ours),
  }
}
