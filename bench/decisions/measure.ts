/** What a decision costs, engine by engine: each in a process of its own, in rounds one after the other, and only where all answer alike. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { medianOf } from '../median.ts'
import type { Row } from './engine.ts'
import type { Variant } from './spec.ts'
import type { Effort, Timed } from './time-passes.ts'

/** A policy, and what of a decision is timed. */
export interface Case {
  readonly variant: Variant
  readonly rules: number
  readonly row: Row
}

export interface Measured extends Case {
  /** Nanoseconds a decision, by engine: medians of the rounds. */
  readonly engines: Readonly<Record<string, number>>
  /** To hand-written JavaScript, of the same round: medians. */
  readonly ratios: Readonly<Record<string, number>>
}

export const ENGINES = ['iap', 'by-hand', 'bit-test'] as const
type EngineName = (typeof ENGINES)[number]

/** @param effort of each engine in each round */
export function measureDecisions(program: string, cases: readonly Case[], rounds: number, effort: Effort): Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  try {
    const policies = [...new Map(cases.map((one) => [keyOf(one), one])).values()]
    for (const policy of policies) prepare(program, folder, policy)
    const times = cases.map((): Record<string, number[]> => ({}))
    for (let round = 0; round < rounds; round += 1)
      for (const [index, one] of cases.entries())
        for (const engine of enginesOf(one)) {
          const timed = run<Timed>(program, [
            'time',
            engine,
            ...wordsOf(folder, one),
            one.row,
            String(effort.warm),
            String(effort.milliseconds),
          ])
          const of = times[index] as Record<string, number[]>
          of[engine] = [...(of[engine] ?? []), timed.median]
        }
    return cases.map((one, index) => summary(one, times[index] as Record<string, number[]>))
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

function keyOf({ variant, rules }: Case): string {
  return `${variant}-${rules}`
}

function wordsOf(folder: string, one: Case): string[] {
  return [join(folder, keyOf(one)), String(one.rules), one.variant]
}

/** One bit is no answer where the request matters, nor where the route is not known. */
function enginesOf({ variant, row }: Case): readonly EngineName[] {
  return ENGINES.filter((engine) => engine !== 'bit-test' || (variant === 'caller' && row === 'known'))
}

/** Compiles it, and asks both for their answers. */
function prepare(program: string, folder: string, one: Case): void {
  const [target, ...words] = wordsOf(folder, one) as [string, string, string]
  mkdirSync(target)
  run(program, ['compile', target, ...words])
  const [ours, byHand] = (['iap', 'by-hand'] as const).map((engine) =>
    run<readonly string[]>(program, ['answer', engine, target, ...words]),
  ) as [readonly string[], readonly string[]]
  const differing = ours.findIndex((answer, at) => answer !== byHand[at])
  if (differing >= 0 || ours.length !== byHand.length)
    throw new Error(`${keyOf(one)}: request ${differing} is \`${ours[differing]}\`, by hand \`${byHand[differing]}\``)
}

/** What a run of the program prints as its last line; `compile` prints nothing. */
function run<T>(program: string, words: readonly string[]): T {
  const child = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (child.status !== 0) throw new Error(`${words.join(' ')} failed: ${child.stderr}`)
  return JSON.parse(child.stdout.trim().split('\n').at(-1) || 'null') as T
}

function summary(one: Case, times: Readonly<Record<string, readonly number[]>>): Measured {
  const byHand = times['by-hand'] as readonly number[]
  const entries = Object.entries(times)
  return {
    ...one,
    engines: Object.fromEntries(entries.map(([engine, all]) => [engine, medianOf(all)])),
    ratios: Object.fromEntries(
      entries.map(([engine, all]) => [engine, medianOf(all.map((time, round) => time / (byHand[round] as number)))]),
    ),
  }
}
