import { prove } from '../../../analysis/index.ts'
import { judge } from '../../../compiler/testing/invariants/try-invariants.ts'
import type { Model } from '../../../language/index.ts'
import { readPolicy } from '../read-policy.ts'
import { askInterpreter } from './ask.ts'
import { everyRequest } from './every-request.ts'
import { type SmallPolicy, smallPolicy } from './small-policy.ts'

export interface Compared {
  readonly verdicts: Readonly<Record<'holds' | 'broken' | 'unknown', number>>
  readonly requests: number
  /** Where the proof says one thing and all requests another, or where it does not know. */
  readonly different: readonly string[]
}

/** Of some with that seed the first that has no errors. */
export function checkedPolicy(seed: number): { readonly policy: SmallPolicy; readonly model: Model } {
  for (let attempt = 0; attempt < 100; attempt++) {
    const policy = smallPolicy(100 * seed + attempt)
    const read = readPolicy({ 'policy.iap': policy.text })
    if ('model' in read) return { policy, model: read.model }
  }
  throw new Error(`none of the policies of seed ${seed} is without errors`)
}

/** The proofs of a small policy beside what every request says. */
export function compareWithEvery(seed: number): Compared {
  const { policy, model } = checkedPolicy(seed)
  const ask = askInterpreter(model)
  const broken = new Set<string>()
  let requests = 0
  for (const request of everyRequest(policy)) {
    requests++
    const asked = ask(request)
    if (asked.answer.effect === 'reject')
      throw new Error(`seed ${seed}: a request is rejected: ${JSON.stringify([request, asked.answer])}`)
    for (const invariant of model.invariants) if (judge(invariant, asked) === 'broken') broken.add(invariant.name)
  }
  const verdicts = { holds: 0, broken: 0, unknown: 0 }
  const different: string[] = []
  for (const { invariant, verdict, why } of prove(model, ask)) {
    verdicts[verdict]++
    const expected = broken.has(invariant.name) ? 'broken' : 'holds'
    if (verdict !== expected && !(verdict === 'unknown' && policy.wild))
      different.push(
        `seed ${seed}: ${invariant.name} is ${expected}, and the proof says ${verdict}: ${why.map(({ text }) => text).join('; ')}\n${policy.text}`,
      )
  }
  return { verdicts, requests, different }
}
