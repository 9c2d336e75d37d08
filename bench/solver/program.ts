/** What is measured, in a process of its own: what is proved of a generated policy, or of a change of one, here and by z3. It prints a `Run` as JSON. */

import { difference } from '../../analysis/diff/index.ts'
import { prove } from '../../analysis/index.ts'
import { versionOf } from '../../cli/diff/read-version.ts'
import { askInvariants, buildPolicy, checkTexts } from '../../compiler/project/index.ts'
import { toldBy } from '../../spec/differential/solver/compare.ts'
import { differencesOf, questionsOf } from '../../spec/differential/solver/translation/questions.ts'
import { Solver } from '../../spec/differential/solver/z3.ts'
import { ReviewedPolicy } from '../difference/policies.ts'
import { provablePolicy } from '../prove/generate-policy.ts'

export interface Run {
  /** Milliseconds of processor time. That of z3 has writing the question down in it, and not that z3 is started. */
  readonly own: number
  readonly solver: number
  /** What z3 could be asked: one question a route, kind of caller and invariant; of a difference one a route and kind of caller of which it is not plain. */
  readonly questions: number
  /** Of the invariants, or of the policies as a whole: how many are answered by both, and of these how many in another way. */
  readonly answered: number
  readonly different: number
}

const [task, size] = process.argv.slice(2)
const solver = await Solver.open()
const run = task === 'prove' ? await proofs(Number(size)) : await changes(Number(size))
await solver.close()
console.log(JSON.stringify(run))

async function proofs(rules: number): Promise<Run> {
  const checked = read(new Map([['policy.iap', provablePolicy({ rules, routes: 100, invariants: 20 })]]))
  const { policy } = await buildPolicy(checked.model, checked)
  const ask = askInvariants(checked.model, policy)
  const begun = used()
  const proved = prove(checked.model, ask)
  const own = used() - begun
  const asked = questionsOf(checked.model)
  const told = await toldBy(solver, asked)
  const taken = used() - begun - own
  const both = proved.flatMap(({ invariant, verdict }) => {
    const other = told.get(invariant.name)
    return verdict === 'unknown' || other === 'unknown' ? [] : [verdict === other]
  })
  const questions = asked.questions.reduce((sum, { breaks }) => sum + breaks.length, 0)
  return { own, solver: taken, questions, answered: both.length, different: both.filter((same) => !same).length }
}

/** Whether the one change permits anything else. */
async function changes(rules: number): Promise<Run> {
  const policy = new ReviewedPolicy(rules)
  const [before, after] = [read(policy.files()), read(policy.withOneChange())]
  const versions = [await versionOf(before.model, before), await versionOf(after.model, after)] as const
  const begun = used()
  const found = difference(...versions)
  const own = used() - begun
  const asked = differencesOf(before.model, after.model)
  const told: string[] = []
  for (const { script, differs } of asked) told.push(await solver.answer(script, differs))
  const taken = used() - begun - own
  const isChanged = found.changes.some(({ verdict }) => verdict !== 'other')
  const answered = told.includes('sat') || !told.includes('unknown') ? 1 : 0
  return {
    own,
    solver: taken,
    questions: asked.length,
    answered,
    different: answered === 1 && told.includes('sat') !== isChanged ? 1 : 0,
  }
}

function read(files: ReadonlyMap<string, string>) {
  const checked = checkTexts(files)
  const { model } = checked
  if (model === null) throw new Error(`the generated policy has ${checked.errors} errors: ${checked.diagnostics[0]?.message}`)
  return { ...checked, model }
}

/** By all threads of this process: z3 works in one of its own. */
function used(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
