import { prove } from '../../../analysis/index.ts'
import { interpret } from '../../../interpreter/index.ts'
import type { Invariant, Model, Rule } from '../../../language/index.ts'
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import { askInterpreter } from './ask.ts'
import { checkedPolicy } from './compare.ts'
import { everyRequest } from './every-request.ts'

type Reach = 'applies' | 'never' | 'unknown'

export interface Reached {
  readonly counts: Readonly<Record<Reach, number>>
  /** Where the proof says one thing and all requests another, or where it does not know. */
  readonly different: readonly string[]
}

/** Of each rule of a small policy whether it applies to some request, as it is proved beside what every request says. */
export function reachOfEvery(seed: number): Reached {
  const { policy, model } = checkedPolicy(seed)
  const counts = { applies: 0, never: 0, unknown: 0 }
  const different: string[] = []
  const requests = [...everyRequest(policy)]
  for (const rule of model.rules) {
    const alone = modelOf(rule, model)
    const applies = requests.some((request) => isPermitted(alone, request) === (rule.effect === 'permit'))
    const proved = provedOf(rule, alone)
    counts[proved]++
    const expected = applies ? 'applies' : 'never'
    if (proved !== expected && !(proved === 'unknown' && policy.wild))
      different.push(`seed ${seed}: ${rule.name} is ${expected} by all requests, and the proof says ${proved}\n${policy.text}`)
  }
  return { counts, different }
}

/** A rule alone: where a permit applies, that is permitted and nothing else; where a forbid applies, what anybody may do is not. */
function modelOf(rule: Rule, model: Model): Model {
  const open: Rule = {
    ...rule,
    name: 'anybody',
    effect: 'permit',
    to: [{ kind: 'anyone' }],
    conditions: [],
    requires: [],
    because: null,
    personal: false,
  }
  return { ...model, rules: rule.effect === 'permit' ? [rule] : [open, rule] }
}

function isPermitted(model: Model, request: EvalRequest): boolean {
  const { effect } = interpret(model, request)
  if (effect === 'reject') throw new Error(`a request is rejected: ${JSON.stringify(request)}`)
  return effect === 'permit'
}

function provedOf(rule: Rule, model: Model): Reach {
  const [first] = model.invariants
  if (first === undefined) throw new Error('a small policy has an invariant')
  // `denied always` of a permit, `permitted always` of what a forbid leaves.
  const form = rule.effect === 'permit' ? 'denied-when' : 'permitted-when'
  const never: Invariant = { ...first, form, condition: null }
  const asked = { ...model, invariants: [never] }
  const [proof] = prove(asked, askInterpreter(asked))
  return proof?.verdict === 'broken' ? 'applies' : proof?.verdict === 'holds' ? 'never' : 'unknown'
}
