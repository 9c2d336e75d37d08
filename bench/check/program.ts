/**
 * What is measured, in a process of its own: reads a folder of policies and takes it as far as it is told. The last line that it prints
 * is a `Run` as JSON.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { optimizeLater } from '../../cli/optimize-later.ts'
import { generateSigningKey, packBundle, standaloneValidators } from '../../compiler/bundle/index.ts'
import { compile } from '../../compiler/index.ts'
import { checkProject, lint, type Model, parse } from '../../language/index.ts'
import { isWatchGoal, measureEdits, type WatchGoal } from './edits.ts'

/**
 * What is done with the policy; each begins with all before it, but for `parse`, which is done alone. `edit` and `add` are what a session costs that
 * has compiled it before (`edits.ts`), a condition changed and a rule more: their figures are medians of several edits.
 */
export type Goal = 'parse' | 'check' | 'lint' | 'compile' | 'bundle' | WatchGoal

export interface Run {
  readonly goal: Goal
  /** Milliseconds of processor time, in all threads, after the texts were read. */
  readonly cpu: number
  readonly wall: number
  /** Of the whole process, its start included. */
  readonly processCpu: number
  /** The most memory that the process had, in MB. */
  readonly peak: number
  /** So that a wrong answer is not taken for a fast one. */
  readonly rules: number
  readonly diagnostics: number
}

const [goal, folder] = process.argv.slice(2) as [Goal, string]
// As `iap check`, `iap build` and `iap run --dev` do.
if (!isWatchGoal(goal)) optimizeLater(goal === 'compile' || goal === 'bundle' ? 'build' : 'check')

const names = readdirSync(folder).sort()
const texts = new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
const { cpu, wall, ...answer } = isWatchGoal(goal) ? await measureEdits(goal, texts) : await measureOnce(goal)
const all = process.cpuUsage()
const run: Run = {
  goal,
  cpu,
  wall,
  processCpu: (all.user + all.system) / 1000,
  peak: process.resourceUsage().maxRSS / 1024,
  ...answer,
}
console.log(JSON.stringify(run))

async function measureOnce(goal: Exclude<Goal, WatchGoal>): Promise<Pick<Run, 'cpu' | 'wall' | 'rules' | 'diagnostics'>> {
  const start = performance.now()
  const before = process.cpuUsage()
  const answer = await take(goal)
  const { user, system } = process.cpuUsage(before)
  return { cpu: (user + system) / 1000, wall: performance.now() - start, ...answer }
}

async function take(goal: Exclude<Goal, WatchGoal>): Promise<Pick<Run, 'rules' | 'diagnostics'>> {
  if (goal === 'parse') {
    const parsed = [...texts].map(([name, text]) => parse({ name, text }))
    const declarations = parsed.flatMap(({ result }) => result.declarations)
    return {
      rules: declarations.filter(({ kind }) => kind === 'RuleDeclaration').length,
      diagnostics: parsed.flatMap(({ diagnostics }) => diagnostics).length,
    }
  }
  const project = checkProject({ read: (name) => texts.get(name) ?? null }, names)
  const diagnostics = goal === 'lint' ? lint(project, 'default').diagnostics : project.diagnostics
  const model = project.result
  if (model === null) return { rules: 0, diagnostics: diagnostics.length }
  if (goal === 'compile') compile(model)
  if (goal === 'bundle') await bundle(model)
  return { rules: model.rules.length, diagnostics: diagnostics.length }
}

/** All that `iap build --sign` does besides `test` blocks and invariants: validators, manifest, signature, archive. */
async function bundle(model: Model): Promise<void> {
  const compiled = compile(model)
  await packBundle({
    compiled,
    validators: standaloneValidators(compiled.schemas),
    model,
    sources: model.sources,
    sequence: 1,
    check: { warnings: 0 },
    tests: { passed: 0, failed: 0 },
    signers: [generateSigningKey()],
  })
}
