import type { Rule } from '../../language/checker/model.ts'
import { type Edge, FALSE } from '../bdd/bdd.ts'
import { effectOf } from '../symbolic/outcomes.ts'
import { isNowhere } from './questions.ts'
import type { SeenRule, SymbolicRoute } from './symbolic-route.ts'

export type RulesEffect = ReturnType<typeof effectOf>

/**
 * Returns the combined effect of enforced rules, given in the order of their names.
 *
 * @param signIn whether an anonymous caller is asked to sign in if signing in could help
 */
export function effectOfRules(rules: readonly SeenRule[], signIn: boolean, { diagram, context }: SymbolicRoute): RulesEffect {
  const of = (effect: Rule['effect']) => rules.filter(({ rule }) => rule.effect === effect && !rule.shadow)
  const forbids = of('forbid').map(({ step, applies }) => ({ step, stands: applies }))
  const permits = of('permit').map(({ step, parts, holds, applies }) => {
    const required = parts.filter(({ kind }) => kind === 'require')
    const unmet = step.requires.map((requirement, at) => ({ requirement, when: diagram.not(required[at]?.lets ?? FALSE) }))
    return { step, holds, met: applies, unmet }
  })
  return effectOf(forbids, permits, signIn, context)
}

/**
 * Returns whether two effects agree on every request: the same permits, and the same refusals with reasons. Ignores obligations.
 */
export function isSameEffect(a: RulesEffect, b: RulesEffect, sight: SymbolicRoute): boolean {
  const { diagram } = sight
  const isSame = (one: Edge, other: Edge) => one === other || isNowhere(diagram.xor(one, other), sight)
  return (
    isSame(a.permits, b.permits) &&
    [...new Set([...a.says.keys(), ...b.says.keys()])].every((key) => isSame(a.says.get(key) ?? FALSE, b.says.get(key) ?? FALSE))
  )
}
