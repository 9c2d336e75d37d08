/** `npm run bench -- decisions`: policies compiled, by hand, and in the peers' languages. */
import { type Installed, installPeers, whyMissing } from '../peers/install.ts'
import { PEERS, type PeerName } from '../peers/peers.ts'
import { buildProgram } from '../run-program.ts'
import { buildDecisions } from './build-decisions.ts'
import { type Compared, compareAll, type Graph, writeCompared } from './compare-all.ts'
import type { Row } from './engine.ts'
import { type Case, type Measured, measureDecisions } from './measure.ts'
import { type AskPeers, peerAsker } from './measure-peers.ts'
import { GRAPHS, type ScenarioName } from './scenarios.ts'
import { writeTables } from './write-tables.ts'

const RULES = [10, 40, 100, 1_000, 10_000] as const
/** 1, 10, 100 and 303 departments. */
const RULES_OF_HOSPITALS = [33, 330, 3_300, 9_999] as const
const ENTITIES = [5, 10, 15, 20, 30, 40, 50] as const
const EFFORT = { warm: 2_000_000, milliseconds: 700 }
const BUDGET_OF_PEERS = { answers: 3_000, warm: 500, timed: 500 }

export interface Wanted {
  readonly rounds: number
  /** How many rules a policy has, and how many entities of each type a graph; undefined: all sizes. */
  readonly rules: readonly number[] | undefined
  readonly entities: readonly number[] | undefined
  /** How the names of the scenarios begin; undefined: all. */
  readonly scenarios: readonly string[] | undefined
  readonly peers: boolean
}

interface Figures {
  readonly cases: readonly Measured[]
  /** What each peer is, and why some could not be had. */
  readonly peers: Readonly<Partial<Record<PeerName, string>>>
  readonly missing: readonly string[]
}

/** @returns all that was measured, and tables of it */
export async function benchDecisions(
  root: string,
  wanted: Wanted,
): Promise<{ readonly figures: Figures; readonly table: string }> {
  const { rounds, rules, entities, scenarios } = wanted
  const cases = [
    ...casesOf('caller', rules ?? RULES),
    ...casesOf('mixed', rules ?? RULES),
    ...casesOf('hospital', rules ?? RULES_OF_HOSPITALS),
    ...GRAPHS.flatMap((scenario) => casesOf(scenario, entities ?? ENTITIES)),
  ].filter(({ scenario }) => isWanted(scenario, scenarios))
  const installed = wanted.peers ? installPeers(root) : null
  const askPeers = installed === null ? undefined : await askerOf(root, installed)
  const program = await buildDecisions(root)
  const measured = measureDecisions(program, cases, rounds, EFFORT, askPeers)
  const missing = installed === null ? [] : peerNames().flatMap((peer) => whyMissing(installed, peer) ?? [])
  const peers = installed === null ? {} : Object.fromEntries(peerNames().map((peer) => [peer, PEERS[peer].is]))
  return { figures: { cases: measured, peers, missing }, table: writeTables(measured, missing) }
}

/** @returns how many decisions were compared, and a table of it */
export async function benchEqual(
  root: string,
  { rounds, entities, scenarios }: Pick<Wanted, 'rounds' | 'entities' | 'scenarios'>,
): Promise<{ readonly figures: readonly Compared[]; readonly table: string }> {
  const graphs = GRAPHS.filter((scenario) => isWanted(scenario, scenarios)).flatMap((scenario) =>
    (entities ?? ENTITIES).flatMap((size) => Array.from({ length: rounds }, (_, graph): Graph => ({ scenario, size, graph }))),
  )
  const installed = installPeers(root, ['npm'])
  const why = whyMissing(installed, 'cedar-wasm')
  if (why !== null) throw new Error(why)
  const programs = {
    decisions: await buildDecisions(root),
    peers: await buildProgram(root, 'bench/peers/program.ts'),
  }
  const compared = compareAll(installed, programs, graphs)
  return { figures: compared, table: writeCompared(compared) }
}

function isWanted(scenario: ScenarioName, wanted: Wanted['scenarios']): boolean {
  return wanted === undefined || wanted.some((name) => scenario.startsWith(name))
}

async function askerOf(root: string, installed: Installed): Promise<AskPeers> {
  return peerAsker(installed, await buildProgram(root, 'bench/peers/program.ts'), BUDGET_OF_PEERS)
}

function peerNames(): readonly PeerName[] {
  return Object.keys(PEERS) as PeerName[]
}

function casesOf(scenario: ScenarioName, sizes: readonly number[]): Case[] {
  // Where the caller alone decides, nothing is read of a request, and what reading requests does to the caches can be left out.
  const rows: readonly Row[] = scenario === 'caller' ? ['routed', 'known', 'hot'] : ['routed', 'known']
  return rows.flatMap((row) => sizes.map((size) => ({ scenario, row, size })))
}
