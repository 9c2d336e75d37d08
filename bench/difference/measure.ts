import { type Difference, difference } from '../../analysis/diff/index.ts'
import { versionOf } from '../../cli/diff/read-version.ts'
import { checkTexts } from '../../compiler/project/index.ts'
import { medianOf } from '../median.ts'
import { type Files, ReviewedPolicy } from './policies.ts'

export const CHANGES = ['one change', 'a refactoring'] as const

export interface Measured {
  readonly rules: number
  readonly change: (typeof CHANGES)[number]
  /** Milliseconds of the processor to check both, and to tell the difference: medians. */
  readonly check: number
  readonly difference: number
  /** Route, caller, verdict. */
  readonly verdicts: readonly string[]
}

export async function measureDifference(rules: number, change: Measured['change'], rounds: number): Promise<Measured> {
  const policy = new ReviewedPolicy(rules)
  const after = change === 'one change' ? policy.withOneChange() : policy.refactored()
  const runs: { readonly check: number; readonly difference: number; readonly found: Difference }[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = used()
    const [old, young] = [await read(policy.files()), await read(after)]
    const checked = used()
    const found = difference(old, young)
    runs.push({ check: checked - begun, difference: used() - checked, found })
  }
  const [first] = runs
  return {
    rules,
    change,
    check: medianOf(runs.map((run) => run.check)),
    difference: medianOf(runs.map((run) => run.difference)),
    verdicts: first?.found.changes.map(({ route, identity, verdict }) => `${route} ${identity} ${verdict}`) ?? [],
  }
}

/** By this process, which nobody else holds up. */
function used(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function read(files: Files) {
  const checked = checkTexts(files)
  if (checked.model === null) throw new Error(checked.diagnostics.map(({ message }) => message).join('\n'))
  return await versionOf(checked.model, checked)
}
