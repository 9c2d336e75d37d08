import type { Rule } from '../../language/index.ts'
import { isInPlay, type Judgement, judge, type Situation } from './judge.ts'
import { cureOf, settle, type Verdict } from './settle.ts'
import { Failure } from './value.ts'

export interface Decision extends Omit<Verdict, 'by'> {
  readonly route: string
  /** All that decided, sorted by name. */
  readonly rules: readonly string[]
  readonly shadow: readonly string[]
  readonly errors: readonly { readonly rule: string; readonly error: 'evaluation' }[]
}

/** Steps 7 to 10 of `spec/language/decision.md`, and what of the rules they are made of. No decision: the body must be read first. */
export function decide(situation: Situation): { readonly judged: readonly Judgement[]; readonly decision: Decision | null } {
  const { model, route, caller, isEarly } = situation
  const onRoute = model.rules.filter((rule) => rule.routes.includes(route))
  const judged = onRoute.filter((rule) => isInPlay(rule, situation)).map((rule) => judge(rule, situation))
  const enforced = judged.filter(({ rule }) => !rule.shadow)
  const known = enforced.filter(({ holds }) => holds !== 'open')
  const signIn = onRoute.some(namesSomebody)
  const verdict = settle(known, caller, signIn)
  const { by, ...decision } = verdict
  const isFinal = verdict.effect === 'deny' && by.some(({ rule }) => cureOf(rule) === undefined)
  const mayPermit = known.length < enforced.length || verdict.effect === 'permit' || verdict.effect === 'challenge'
  if (isEarly && mayPermit && !isFinal) return { judged, decision: null }
  const shadow = judged
    .filter(({ rule }) => rule.shadow)
    .filter((one) => {
      const others = judged.filter((other) => other === one || known.includes(other))
      return textOf(settle(others, caller, signIn)) !== textOf(verdict)
    })
  const errors = known
    .filter(({ holds }) => holds instanceof Failure)
    .map(({ rule }) => ({ rule: rule.name, error: 'evaluation' as const }))
  return { judged, decision: { ...decision, route: route.name, rules: namesOf(by), shadow: namesOf(shadow), errors } }
}

/** Whether signing in could help, for all that can be said without looking at conditions. */
function namesSomebody({ effect, shadow, to }: Rule): boolean {
  return effect === 'permit' && !shadow && to.some(({ kind }) => kind !== 'anonymous' && kind !== 'anyone')
}

function namesOf(judged: readonly Judgement[]): readonly string[] {
  return judged.map(({ rule }) => rule.name)
}

/** What two equal decisions have in common. */
function textOf({ effect, reason, obligations, challenge }: Verdict): string {
  return JSON.stringify([effect, reason, obligations, challenge])
}
