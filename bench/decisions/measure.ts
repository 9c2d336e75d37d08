/** What a decision costs, engine by engine: each in a process of its own, in rounds one after the other, and only where all answer alike. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { medianOf } from '../median.ts'
import type { Compilation } from './compiled.ts'
import type { EngineName, Row } from './engine.ts'
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
}

type Times = { readonly [E in EngineName]?: number[] }

/** @param effort of each engine in each round */
export function measureDecisions(program: string, cases: readonly Case[], rounds: number, effort: Effort): Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  try {
    const policies = new Map(cases.map((one) => [keyOf(one), one]))
    const compiled = new Map([...policies].map(([key, one]) => [key, prepare(program, folder, one, rounds)]))
    const times = new Map(
      cases.map((one): [Case, Times] => [one, Object.fromEntries(enginesOf(one).map((engine) => [engine, []]))]),
    )
    const words = [String(effort.warm), String(effort.milliseconds)]
    for (let round = 0; round < rounds; round += 1)
      for (const [one, byEngine] of times)
        for (const [engine, all] of Object.entries(byEngine))
          all.push(run<Timed>(program, ['time', ...wordsOf(folder, one, round), engine, one.row, ...words]).median)
    return [...times].map(([one, byEngine]) => summary(one, compiled.get(keyOf(one)) as Compilation, byEngine))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The program of this folder, bundled as what is shipped is. `root` is the project's folder. */
export async function buildProgram(root: string): Promise<string> {
  const outfile = join(root, '.tsbuild/bench/decisions.mjs')
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/decisions/program.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
    banner: { js: "import { createRequire as iapRequire } from 'node:module'\nconst require = iapRequire(import.meta.url)" },
  })
  return outfile
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

/** What a run of the program prints as its last line. */
function run<T>(program: string, words: readonly string[]): T {
  const child = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (child.status !== 0) throw new Error(`${words.join(' ')} failed: ${child.stderr}`)
  return JSON.parse(child.stdout.trim().split('\n').at(-1) as string) as T
}

function summary(one: Case, compiled: Compilation, times: Times): Measured {
  const byHand = times['by-hand'] as readonly number[]
  return {
    ...one,
    ...compiled,
    engines: Object.fromEntries(Object.entries(times).map(([engine, all]) => [engine, medianOf(all)])),
    ratio: medianOf((times.iap as readonly number[]).map((time, round) => time / (byHand[round] as number))),
  }
}
