import { plannerOfBundle, plannerOfSources } from '../../compiler/project/index.ts'
import type { Planner } from '../../compiler/project/plan/plan-question.ts'
import { CompileError } from './compile-error.ts'
import { readChecked, stopped } from './read-sources.ts'
import type { BundleSource, FileSources, TextSources } from './sources.ts'

export type { Dialect } from '../../compiler/project/plan/plan-answer.ts'
export type { Planner, PlanQuestion, PlanResult } from '../../compiler/project/plan/plan-question.ts'

/** Options of `createPlanner`: policies as texts or files, or a bundle, which includes its sources. */
export type PlannerOptions = TextSources | FileSources | BundleSource

/**
 * Creates a planner, which computes the remaining conditions of a policy for a caller and a route, as `iap plan` does.
 *
 * Sources are read and checked once; each plan then takes about a millisecond.
 *
 * @param options policies as texts or files, or a bundle with the keys to verify it
 * @returns a planner for any number of questions
 * @throws CompileError with the code `files` or `source-name` if a source cannot be used, `policy` if the policies have errors,
 * and `bundle` if the bundle is refused
 *
 * @example
 * ```ts
 * import { createPlanner } from 'iap-proxy/compiler'
 *
 * const text = `
 * label internal
 * identity staff via jwt { sub: string }
 * service orders at "orders.shop.example" { route read GET "/orders/{owner: string}" is internal }
 * permit own_orders on orders.read to staff when params.owner == caller.sub
 * `
 * const planner = await createPlanner({ sources: [{ name: 'orders.iap', text }] })
 * const caller = { identity: 'staff', claims: { sub: 'ann' } }
 * const plan = planner.plan({ route: 'orders.read', caller, time: new Date().toISOString() })
 * if (!plan.ok) throw new Error(plan.message)
 * console.log(plan.cel) // params.owner == "ann"
 * ```
 */
export async function createPlanner(options: PlannerOptions): Promise<Planner> {
  if ('bundle' in options) {
    const { bundle, keys } = options
    const texts = keys === 'insecure-unverified' ? keys : keys.map((key) => (typeof key === 'string' ? key : JSON.stringify(key)))
    return await plannerOfBundle(bundle, texts).catch(stopped('bundle'))
  }
  const checked = readChecked(options)
  if (checked.model === null) throw new CompileError('policy', 'the policies have errors: call `compile` to get them')
  return await plannerOfSources(checked.model, checked)
}
