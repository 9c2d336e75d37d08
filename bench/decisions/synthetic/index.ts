import type { Scenario } from '../scenario.ts'
import { jobsOf } from './ask-peers.ts'
import { openBitTest } from './bit-test.ts'
import { openByHand } from './by-hand/index.ts'
import { drawPolicy, type Variant } from './draw-policy.ts'
import { drawCallers, drawRequest, missRequest } from './draw-request.ts'
import { writePolicy } from './write-policy.ts'

/** @param rules a multiple of ten */
export function synthetic(variant: Variant, rules: number): Scenario {
  const policy = drawPolicy(rules, variant)
  const callers = drawCallers(policy)
  return {
    texts: writePolicy(policy),
    data: {},
    callers,
    draw: (random) => drawRequest(policy, callers, random),
    miss: missRequest,
    openByHand: () => openByHand(policy, callers),
    openBitTest: variant === 'caller' ? () => openBitTest(policy, callers) : null,
    jobs: (asked) => jobsOf(policy, callers, asked),
  }
}
