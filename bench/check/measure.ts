/** How long it takes to check policies of several sizes, each in a process of its own, in rounds one after the other. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { generatePolicy } from './generate-policy.ts'
import type { Goal, Run } from './program.ts'

/** A policy, and how far it is taken. */
export interface Case {
  readonly rules: number
  readonly oneFile: boolean
  readonly goal: Goal
}

export interface Measured extends Case {
  readonly files: number
  /** Characters. */
  readonly size: number
  /** Medians of the rounds. */
  readonly cpu: number
  readonly wall: number
  readonly processCpu: number
  readonly peak: number
  /** The least and the most of `cpu`. */
  readonly range: readonly [number, number]
}

/**
 * Every case, `rounds` times, interleaved so that what else the machine does disturbs all alike.
 *
 * @param program as `buildProgram` made it
 */
export function measureChecks(
  program: string,
  cases: readonly Case[],
  rounds: number,
  flags: readonly string[] = [],
): Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  try {
    const policies = new Map(cases.map((one) => [keyOf(one), writePolicy(folder, one)]))
    const runs = new Map<Case, Run[]>(cases.map((one) => [one, []]))
    for (let round = 0; round < rounds; round += 1) {
      for (const one of cases) runs.get(one)?.push(runOnce(program, one, policies.get(keyOf(one)) as Written, flags))
    }
    return cases.map((one) => summary(one, policies.get(keyOf(one)) as Written, runs.get(one) as Run[]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A program of this folder, bundled as the command line is shipped, so that the same code runs. `root` is the project's folder. */
export async function buildProgram(root: string, name: 'program' | 'retained'): Promise<string> {
  const outfile = join(root, `.tsbuild/bench/check-${name}.mjs`)
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/check/${name}.ts`],
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

interface Written {
  readonly folder: string
  readonly files: number
  readonly size: number
}

function keyOf({ rules, oneFile }: Case): string {
  return `${rules}-${oneFile ? 'one' : 'many'}`
}

function writePolicy(folder: string, one: Case): Written {
  const target = join(folder, keyOf(one))
  mkdirSync(target, { recursive: true })
  const policy = generatePolicy(one.rules, one.oneFile)
  for (const [name, text] of policy) writeFileSync(join(target, name), text)
  return { folder: target, files: policy.size, size: [...policy.values()].reduce((sum, text) => sum + text.length, 0) }
}

function runOnce(program: string, { goal, rules }: Case, { folder }: Written, flags: readonly string[]): Run {
  const child = spawnSync(process.execPath, [...flags, program, goal, folder], { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (child.status !== 0) throw new Error(`${goal} of ${rules} rules failed: ${child.stderr}`)
  const run = JSON.parse(child.stdout.trim().split('\n').at(-1) as string) as Run
  if (run.rules !== rules || run.diagnostics > 0)
    throw new Error(`${goal} of ${rules} rules saw ${run.rules}, and told ${run.diagnostics} diagnostics`)
  return run
}

function summary(one: Case, { files, size }: Written, runs: readonly Run[]): Measured {
  const sorted = (value: (run: Run) => number): number[] => runs.map(value).sort((a, b) => a - b)
  const median = (value: (run: Run) => number): number => sorted(value)[runs.length >> 1] as number
  const cpus = sorted(({ cpu }) => cpu)
  return {
    ...one,
    files,
    size,
    cpu: median(({ cpu }) => cpu),
    wall: median(({ wall }) => wall),
    processCpu: median(({ processCpu }) => processCpu),
    peak: median(({ peak }) => peak),
    range: [cpus[0] as number, cpus.at(-1) as number],
  }
}
