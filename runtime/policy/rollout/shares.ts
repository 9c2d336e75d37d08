import { decidesSome } from '../candidate/rollout-candidate.ts'
import type { Share } from '../candidate/trial.ts'

export function kindOf(share: Share): 'shadow' | 'canary' {
  return decidesSome(share) ? 'canary' : 'shadow'
}

export function isSameShare(a: Share, b: Share): boolean {
  return JSON.stringify([a.parts, a.services, a.whole ?? []]) === JSON.stringify([b.parts, b.services, b.whole ?? []])
}
