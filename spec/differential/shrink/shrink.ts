/** A counterexample made as small as it gets: what can go without the disagreement going, goes. */
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import type { PolicyText } from '../generate/policy.ts'
import { smallerPolicies } from './smaller-policies.ts'
import { smallerRequests } from './smaller-requests.ts'

export interface Small {
  readonly text: PolicyText
  /** Null where the policy alone is enough. */
  readonly request: EvalRequest | null
  readonly difference: string
}

/** In what two meanings of a policy differ; null where they do not, or where it does not check. */
export type Differing = (text: PolicyText, request: EvalRequest | null) => string | null

/** `budget`: how many candidates are tried at most. */
export function shrink(text: PolicyText, request: EvalRequest | null, differing: Differing, budget = 4000): Small {
  const difference = differing(text, request)
  if (difference === null) throw new Error('there is no disagreement to shrink')
  let small: Small = { text, request, difference }
  let left = budget
  const takes = (candidate: Pick<Small, 'text' | 'request'>): boolean => {
    left -= 1
    const found = differing(candidate.text, candidate.request)
    // Another disagreement than the one that was found is another matter.
    if (found === null || kindOf(found) !== kindOf(difference)) return false
    small = { ...candidate, difference: found }
    return true
  }
  const takesFirst = <T>(candidates: Iterable<T>, of: (candidate: T) => Pick<Small, 'text' | 'request'>): boolean => {
    for (const candidate of candidates) {
      if (left <= 0) return false
      if (takes(of(candidate))) return true
    }
    return false
  }
  for (let isShrinking = true; isShrinking && left > 0; ) {
    const { request: asked } = small
    isShrinking = asked !== null && takesFirst(smallerRequests(asked), (one) => ({ text: small.text, request: one }))
    isShrinking = takesFirst(smallerPolicies(small.text), (one) => ({ text: one, request: small.request })) || isShrinking
  }
  return small
}

/** `effect: interpreted …`, `the compiled policy threw: …` */
function kindOf(difference: string): string {
  return difference.slice(0, `${difference}:`.indexOf(':'))
}

/** As text, ready to become a case of the conformance suite. */
export function showSmall({ text, request, difference }: Small): string {
  const files = Object.entries(text).map(([name, content]) => `// ${name}\n${content.replace(/\n{3,}/g, '\n\n').trim()}`)
  return [difference, ...files, ...(request === null ? [] : [JSON.stringify(request, null, 2)])].join('\n\n')
}
