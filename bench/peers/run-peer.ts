import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Installed } from './install.ts'
import type { Outcome } from './job.ts'
import type { PeerName } from './peers.ts'
import type { Budget } from './time-questions.ts'

/** A policy that takes an engine longer than this to load and try is none for it. */
const PATIENCE = 180_000

/** What became of it: an outcome, or what it said when it gave up. */
export type Ran = Outcome | { readonly gaveUp: string }

/**
 * @param program the JavaScript peers, bundled
 * @param jobs the folder of the jobs
 */
export function runPeer({ folder, programs }: Installed, program: string, peer: PeerName, jobs: string, budget: Budget): Ran {
  const times = [budget.answers, budget.warm, budget.timed].map(String)
  if (peer === 'opa-go') return run(programs.go, ['time', join(jobs, 'rego.json'), ...times])
  if (peer === 'cedar-rust') return run(programs.rust, [join(jobs, 'cedar.json'), ...times])
  if (peer === 'opa-wasm') {
    const compiled = spawn(programs.go, ['compile', join(jobs, 'rego-data.json'), join(jobs, 'policy.wasm')])
    if (compiled.why !== null) return { gaveUp: compiled.why }
  }
  return run(process.execPath, [program, peer, folder, jobs, ...times])
}

function run(command: string, words: readonly string[]): Ran {
  const { why, output } = spawn(command, words)
  return why === null ? (JSON.parse(output.trim().split('\n').at(-1) as string) as Outcome) : { gaveUp: why }
}

function spawn(command: string, words: readonly string[]) {
  const child = spawnSync(command, words, { encoding: 'utf8', maxBuffer: 1 << 26, timeout: PATIENCE })
  if (child.error !== undefined) return { why: child.error.message, output: '' }
  const why =
    child.status === 0 ? null : (child.stderr.match(/\S.*/g)?.find((line) => /error|panic/i.test(line)) ?? `${child.signal}`)
  return { why, output: child.stdout }
}
