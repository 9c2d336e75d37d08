import { randomFrom } from '../../random.ts'
import type { Scenario } from '../scenario.ts'
import { jobsOf } from './ask-peers.ts'
import { openByHand } from './by-hand.ts'
import { drawCallers, drawRequest, missRequest, SEALED } from './draw-request.ts'
import { departmentsOf, RULES } from './ward.ts'
import { writePolicy } from './write-policy.ts'

/**
 * A hospital of N departments, 33 rules each: eight roles and four kinds of documents make 32 permits, and one forbid keeps sealed records from
 * all but the department's chief. A document is `/DEPARTMENT/KIND/{id}`.
 */
export function hospital(rules: number): Scenario {
  const departments = departmentsOf(Math.round(rules / RULES))
  const callers = drawCallers(departments, randomFrom(rules))
  return {
    texts: writePolicy(departments),
    data: { sealed: SEALED },
    callers,
    draw: (random) => drawRequest(departments, callers, random),
    miss: missRequest,
    openByHand: () => openByHand(departments, callers),
    openBitTest: null,
    jobs: (asked) => jobsOf(departments, callers, asked),
  }
}
