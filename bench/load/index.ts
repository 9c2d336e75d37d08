/** `npm run bench -- load`: how large a bundle is, and how long it takes until it decides. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { medianOf } from '../median.ts'
import { buildProgram, run } from '../run-program.ts'
import { tableOf } from '../table.ts'
import type { Run } from './program.ts'

const SIZES = [100, 1_000, 10_000] as const

export type Loaded = Run & { readonly rules: number }

/**
 * @param sizes numbers of rules; all where left out
 * @returns medians of the rounds, and a table of them
 */
export async function benchLoad(
  root: string,
  rounds: number,
  sizes: readonly number[] | undefined,
): Promise<{ readonly figures: readonly Loaded[]; readonly table: string }> {
  const pack = await buildProgram(root, 'bench/load/pack.ts')
  const program = await buildProgram(root, 'bench/load/program.ts')
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  try {
    const runs = new Map((sizes ?? SIZES).map((rules): [number, Run[]] => [rules, []]))
    for (const rules of runs.keys()) {
      mkdirSync(join(folder, String(rules)))
      run(pack, [String(rules), join(folder, String(rules))])
    }
    for (let round = 0; round < rounds; round += 1)
      for (const [rules, all] of runs) all.push(run<Run>(program, [join(folder, String(rules))], ['--expose-gc']) as Run)
    const figures = [...runs].map(([rules, all]) => summary(rules, all))
    return { figures, table: writeTable(figures) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function summary(rules: number, runs: readonly Run[]): Loaded {
  const names = Object.keys(runs[0] as Run) as (keyof Run)[]
  const medians = names.map((name) => [name, medianOf(runs.map((run) => run[name]))])
  return { rules, ...(Object.fromEntries(medians) as unknown as Run) }
}

function writeTable(figures: readonly Loaded[]): string {
  const rows = figures.map((one) => [
    String(one.rules),
    String(one.routes),
    ...[one.bundle, one.policy, one.validators].map((bytes) => `${(bytes / 1024).toFixed(0)} kB`),
    ...[one.read, one.instantiate, one.warm].map((time) => time.toFixed(0)),
    one.wall.toFixed(0),
    `${one.heap.toFixed(1)} MB`,
    `${one.peak.toFixed(0)} MB`,
  ])
  const head = [
    'rules',
    'routes',
    'bundle',
    'policy.js',
    'validators.js',
    'read ms',
    'instantiate ms',
    'warm ms',
    'wall ms',
    'heap',
    'peak',
  ]
  return tableOf(head, rows)
}
