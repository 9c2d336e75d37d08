import type { Route, Rule } from '../../language/checker/model.ts'
import { effectOfRules, isSameEffect } from './effect-of-rules.ts'
import type { SymbolicRoute } from './symbolic-route.ts'

/** Whom nobody knows is asked to sign in where somebody else may be let in: so a permit to others has to do with them. */
export class SignIn {
  /** By route. */
  readonly #permits = new Map<Route, Set<Rule>>()
  /** Routes on which it changes something. */
  readonly #matters = new Set<Route>()

  constructor(rules: readonly Rule[]) {
    for (const rule of rules)
      if (asksToSignIn(rule))
        for (const route of rule.routes) this.#permits.set(route, (this.#permits.get(route) ?? new Set()).add(rule))
  }

  /** What may be so of it, whatever is left out: where it changes nothing, both. */
  look(sight: SymbolicRoute): readonly boolean[] {
    const routes = sight.identity === null ? sight.routes.filter((route) => this.#permits.has(route)) : []
    if (routes.length === 0) return [false]
    const [asked, not] = [effectOfRules(sight.rules, true, sight), effectOfRules(sight.rules, false, sight)]
    if (isSameEffect(asked, not, sight)) return [true, false]
    for (const route of routes) this.#matters.add(route)
    return [true]
  }

  /** Whether it is asked for where it was if one more rule goes. */
  isLeft(rule: Rule, gone: ReadonlySet<Rule>): boolean {
    return (
      !asksToSignIn(rule) ||
      rule.routes.every(
        (route) =>
          !this.#matters.has(route) || [...(this.#permits.get(route) ?? [])].some((one) => one !== rule && !gone.has(one)),
      )
    )
  }
}

/** As the compiler has it (`lowerRoute`). */
function asksToSignIn({ effect, shadow, to }: Rule): boolean {
  return effect === 'permit' && !shadow && to.some(({ kind }) => kind !== 'anonymous' && kind !== 'anyone')
}
