import { digestOfPlan, SHADOW, type Stage } from './plan.ts'
import type { TrialNote } from './rollout-directory.ts'

/**
 * Where a trial goes on that was noted: at its step, with the first one where the plan is another by now, or with the share that
 * an operator has set.
 */
export function goOnWith(noted: TrialNote, plan: readonly Stage[]): TrialNote {
  const digest = digestOfPlan(plan)
  const { step } = noted
  if (step === null) return { ...noted, plan: digest }
  const [first] = plan
  if (first === undefined) return { ...noted, plan: digest, step: null, share: SHADOW }
  const stage = digest === noted.plan ? plan[step] : undefined
  // Of another plan, it has passed no step.
  return stage === undefined ? { ...noted, plan: digest, step: 0, share: first.share } : { ...noted, share: stage.share }
}
