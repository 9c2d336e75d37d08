/** What is measured, in a process of its own: proves the invariants of a generated policy. It prints a `Run` as JSON. */

import { judgeInvariants } from '../../analysis/index.ts'
import { askInvariants, buildPolicy, checkTexts } from '../../compiler/project/index.ts'
import { provablePolicy } from './generate-policy.ts'

export interface Run {
  /** Milliseconds of processor time and by the clock, of the proofs alone, the first that the process makes. */
  readonly cpu: number
  readonly wall: number
  /** The most memory that the process had, in MB: checking and compiling the policy are in it. */
  readonly peak: number
  /** Of the invariants in their order: so that a wrong answer is not taken for a fast one. */
  readonly verdicts: readonly string[]
}

const [rules, routes, invariants] = process.argv.slice(2).map(Number) as [number, number, number]
const checked = checkTexts(new Map([['policy.iap', provablePolicy({ rules, routes, invariants })]]))
if (checked.model === null)
  throw new Error(`the generated policy has ${checked.errors} errors: ${checked.diagnostics[0]?.message}`)
const { policy } = await buildPolicy(checked.model, checked)
const ask = askInvariants(checked.model, policy)
const start = performance.now()
const before = process.cpuUsage()
const judged = judgeInvariants(checked.model, ask)
const { user, system } = process.cpuUsage(before)
const run: Run = {
  cpu: (user + system) / 1000,
  wall: performance.now() - start,
  peak: process.resourceUsage().maxRSS / 1024,
  verdicts: judged.map(({ verdict }) => verdict),
}
console.log(JSON.stringify(run))
