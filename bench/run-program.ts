import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { medianOf } from './median.ts'

/** A program of the benchmarks, bundled as what is shipped is. `root` is the project's folder, `source` a path in it. */
export async function buildProgram(root: string, source: string): Promise<string> {
  const outfile = join(root, '.tsbuild', source.replace(/\.ts$/, '.mjs'))
  await build({
    absWorkingDir: root,
    entryPoints: [source],
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

/**
 * What a run of a program prints as its last line; null where it prints nothing.
 *
 * @param flags of Node
 */
export function run<T>(program: string, words: readonly string[], flags: readonly string[] = []): T {
  // V8's counts of a coverage run would be in what is measured.
  const env = { ...process.env, NODE_V8_COVERAGE: '' }
  const child = spawnSync(process.execPath, [...flags, program, ...words], { encoding: 'utf8', maxBuffer: 1 << 26, env })
  if (child.status !== 0) throw new Error(`${words.join(' ')} failed: ${child.stderr}`)
  return JSON.parse(child.stdout.trim().split('\n').at(-1) || 'null') as T
}

/** What so many runs with the same words print: the first, and medians. */
export function runRounds<T>(
  program: string,
  words: readonly string[],
  rounds: number,
): { readonly first: T; median(of: (one: T) => number): number } {
  const runs = Array.from({ length: rounds }, () => run<T>(program, words))
  return { first: runs[0] as T, median: (of) => medianOf(runs.map(of)) }
}
