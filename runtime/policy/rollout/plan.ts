import { createHash } from 'node:crypto'
import type { Manifest } from '../../abi/index.ts'
import type { Share } from '../candidate/candidate.ts'
import { decidesSome } from '../candidate/rollout-candidate.ts'
import type { Group, RolloutConfig } from './rollout-config.ts'
import type { CandidateNote } from './rollout-directory.ts'

export interface RolloutStep {
  readonly share: Share
  /** Minimum duration of the step in milliseconds. */
  readonly time: number
}

export const SHADOW: Share = { parts: 0, services: null }

type Service = Manifest['services'][number]

/**
 * Returns the steps of a policy's rollout: shadow mode for all services, then each group of services through all shares, one
 * group after the other. The candidate decides all requests of completed groups. Services without a group, and requests without
 * a service, come last. Groups without services are skipped.
 */
export function planOf({ steps, order }: RolloutConfig, services: readonly Service[]): readonly RolloutStep[] {
  const [shadow, ...shares] = steps
  if (shadow === undefined) return []
  const stages: RolloutStep[] = [{ share: SHADOW, time: shadow.time }]
  const whole: string[] = []
  for (const group of [...order, null]) {
    const names = group === null ? null : services.filter((one) => isOf(one, group)).map(({ name }) => name)
    const news = names?.filter((name) => !whole.includes(name)) ?? null
    if (news?.length === 0) continue
    for (const { parts, time } of shares)
      stages.push({ share: { parts, services: news, ...(whole.length > 0 && { whole: [...whole] }) }, time })
    whole.push(...(news ?? []))
  }
  return stages
}

/** Returns a digest that is equal for equal plans. */
export function digestOfPlan(plan: readonly RolloutStep[]): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('base64url')
}

export function isOf({ name, labels = [] }: Service, group: Group): boolean {
  return group.services.includes(name) || labels.some((label) => group.labels.includes(label))
}

/**
 * Returns the note with which a candidate resumes after a restart: at its step, at the first step if the plan has changed, or
 * with the share that an operator has set.
 */
export function goOnWith(noted: CandidateNote, plan: readonly RolloutStep[]): CandidateNote {
  const digest = digestOfPlan(plan)
  const { step } = noted
  if (step === null) return { ...noted, plan: digest }
  const [first] = plan
  if (first === undefined) return { ...noted, plan: digest, step: null, share: SHADOW }
  const stage = digest === noted.plan ? plan[step] : undefined
  // It has passed no step of another plan.
  return stage === undefined ? { ...noted, plan: digest, step: 0, share: first.share } : { ...noted, share: stage.share }
}

export function kindOf(share: Share): 'shadow' | 'canary' {
  return decidesSome(share) ? 'canary' : 'shadow'
}

export function isSameShare(a: Share, b: Share): boolean {
  return JSON.stringify([a.parts, a.services, a.whole ?? []]) === JSON.stringify([b.parts, b.services, b.whole ?? []])
}
