import { plannerOfBundle, plannerOfSources } from '../../compiler/project/index.ts'
import type { Planner } from '../../compiler/project/plan/plan-question.ts'
import { CompileError } from './compile-error.ts'
import { readChecked, stopped } from './read-sources.ts'
import type { BundleSource, FileSources, TextSources } from './sources.ts'

export type { Dialect } from '../../compiler/project/plan/plan-answer.ts'
export type { Planner, PlanQuestion, PlanResult } from '../../compiler/project/plan/plan-question.ts'

export type PlannerOptions = TextSources | FileSources | BundleSource

/**
 * Returns a planner that computes, for a caller and route, which unknown values must satisfy which conditions, as `iap plan`
 * does, for repeated use.
 *
 * @throws CompileError for a missing file, a refused bundle, or invalid policies, which `compile` explains
 */
export async function createPlanner(options: PlannerOptions): Promise<Planner> {
  if ('bundle' in options) {
    const { bundle, keys } = options
    const texts = keys === 'insecure-unverified' ? keys : keys.map((key) => (typeof key === 'string' ? key : JSON.stringify(key)))
    return await plannerOfBundle(bundle, texts).catch(stopped('bundle'))
  }
  const checked = readChecked(options)
  if (checked.model === null) throw new CompileError('policy', 'the policies have errors: `compile` tells them')
  return await plannerOfSources(checked.model, checked)
}
