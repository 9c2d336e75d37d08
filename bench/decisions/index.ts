/** `npm run bench -- decisions`: policies compiled and by hand. */
import { tableOf } from '../table.ts'
import type { Row } from './engine.ts'
import { buildProgram, type Case, type Measured, measureDecisions } from './measure.ts'
import { GRAPHS, hasGraphs, type ScenarioName } from './scenarios.ts'

const RULES = [10, 40, 100, 1_000, 10_000] as const
/** 1, 10, 100 and 303 departments. */
const RULES_OF_HOSPITALS = [33, 330, 3_300, 9_999] as const
const ENTITIES = [5, 10, 15, 20, 30, 40, 50] as const
const EFFORT = { warm: 2_000_000, milliseconds: 700 }

export interface Wanted {
  readonly rounds: number
  /** How many rules a policy has, and how many entities of each type a graph; undefined: all sizes. */
  readonly rules: readonly number[] | undefined
  readonly entities: readonly number[] | undefined
  /** Undefined: all. */
  readonly scenarios: readonly string[] | undefined
}

/** @returns all that was measured, and a table of it */
export async function benchDecisions(
  root: string,
  { rounds, rules, entities, scenarios }: Wanted,
): Promise<{ readonly figures: readonly Measured[]; readonly table: string }> {
  const cases = [
    ...casesOf('caller', rules ?? RULES),
    ...casesOf('mixed', rules ?? RULES),
    ...casesOf('hospital', rules ?? RULES_OF_HOSPITALS),
    ...GRAPHS.flatMap((scenario) => casesOf(scenario, entities ?? ENTITIES)),
  ].filter(({ scenario }) => scenarios === undefined || scenarios.some((name) => scenario.startsWith(name)))
  const figures = measureDecisions(await buildProgram(root), cases, rounds, EFFORT)
  return { figures, table: [false, true].map((graphs) => writeTable(figures, graphs)).join('\n\n') }
}

function casesOf(scenario: ScenarioName, sizes: readonly number[]): Case[] {
  return (['routed', 'known'] as const satisfies readonly Row[]).flatMap((row) => sizes.map((size) => ({ scenario, row, size })))
}

/** What the rows are called in the goals. */
function titleOf({ scenario, row }: Case): string {
  if (row === 'routed') return 'routing included'
  return scenario === 'caller' ? 'route known, facts at hand' : 'route known'
}

function writeTable(all: readonly Measured[], graphs: boolean): string {
  const figures = all.filter(({ scenario }) => hasGraphs(scenario) === graphs)
  if (figures.length === 0) return ''
  const engines = graphs ? (['iap', 'by-hand'] as const) : (['iap', 'by-hand', 'bit-test'] as const)
  const rows = figures.map((one) => [
    one.scenario,
    titleOf(one),
    String(graphs ? one.size : one.rules),
    ...engines.map((engine) => one.engines[engine]?.toFixed(1) ?? ''),
    `${one.ratio.toFixed(2)}×`,
    ...(graphs ? [] : [ofForty(one, figures)]),
  ])
  const head = ['policy', '', graphs ? 'entities a type' : 'rules', ...engines.map((engine) => `${engine} ns`), 'iap / by hand']
  return tableOf(graphs ? head : [...head, 'iap, of 40 rules'], rows)
}

/** How many times what the same costs at 40 rules. */
function ofForty(one: Measured, figures: readonly Measured[]): string {
  const small = figures.find(({ scenario, row, size }) => scenario === one.scenario && row === one.row && size === 40)
  return small === undefined || one.size <= 40
    ? ''
    : `${((one.engines.iap as number) / (small.engines.iap as number)).toFixed(2)}×`
}
