import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { medianOf } from './median.ts'

let builds = 0

/**
 * A program of the benchmarks or the tests, bundled as what is shipped is. One that is newer than all that it was made of is not built again: many test
 * files use the same. `root` is the project's folder, `source` a path in it.
 */
export async function buildProgram(root: string, source: string): Promise<string> {
  const outfile = join(root, '.tsbuild', source.replace(/\.ts$/, '.mjs'))
  if (isUpToDate(root, outfile)) return outfile
  const begun = new Date()
  const own = `${outfile}.${process.pid}-${++builds}`
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile: own,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    metafile: true,
    logLevel: 'warning',
    banner: { js: "import { createRequire as iapRequire } from 'node:module'\nconst require = iapRequire(import.meta.url)" },
  })
  // Whoever else builds or starts it has a whole one.
  utimesSync(own, begun, begun)
  renameSync(own, outfile)
  writeFileSync(`${outfile}.json`, JSON.stringify(Object.keys(metafile.inputs)))
  return outfile
}

/** Whether each source of a built program is there and older. The lock file stands for packages, whose files have times of their own; this file says how it is built. */
function isUpToDate(root: string, outfile: string): boolean {
  const changedAt = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY
  if (!existsSync(outfile) || !existsSync(`${outfile}.json`)) return false
  const sources = JSON.parse(readFileSync(`${outfile}.json`, 'utf8')) as readonly string[]
  const built = changedAt(outfile)
  return ['package-lock.json', 'bench/run-program.ts', ...sources].every((path) => changedAt(join(root, path)) < built)
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
