/** What is measured, in a process of its own: what `iap matrix --format html` does, from the texts of a policy to the page. It prints a `Run` as JSON. */

import { createHash } from 'node:crypto'
import { matrixHtml } from '../../analysis/matrix/page/index.ts'
import { judgeMatrix } from '../../cli/matrix/judge-matrix.ts'
import { buildPolicy, checkTexts } from '../../compiler/project/index.ts'
import { provablePolicy } from '../prove/generate-policy.ts'

export interface Run {
  /** Milliseconds of processor time and by the clock, of all of it. */
  readonly cpu: number
  readonly wall: number
  /** Processor time of the cells alone. */
  readonly cells: number
  /** The most memory that the process had, in MB. */
  readonly peak: number
  /** So many cells say so: so that a wrong answer is not taken for a fast one. */
  readonly verdicts: Readonly<Record<string, number>>
}

const [rules, routes] = process.argv.slice(2).map(Number) as [number, number]
const text = provablePolicy({ rules, routes, invariants: 0 })
const start = performance.now()
const before = process.cpuUsage()
const checked = checkTexts(new Map([['policy.iap', text]]))
const { model } = checked
if (model === null) throw new Error(`the generated policy has ${checked.errors} errors: ${checked.diagnostics[0]?.message}`)
const { policy } = await buildPolicy(model, checked)
const built = process.cpuUsage(before)
const matrix = judgeMatrix(model, policy, '2026-11-27')
const judged = process.cpuUsage(before)
await matrixHtml(matrix, (text) => createHash('sha256').update(text).digest('base64'))
const all = process.cpuUsage(before)
const verdicts: Record<string, number> = {}
for (const { cells } of matrix.rows) for (const { verdict } of cells) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
const run: Run = {
  cpu: (all.user + all.system) / 1000,
  wall: performance.now() - start,
  cells: (judged.user + judged.system - built.user - built.system) / 1000,
  peak: process.resourceUsage().maxRSS / 1024,
  verdicts,
}
console.log(JSON.stringify(run))
