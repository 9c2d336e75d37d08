import type { Route, Rule } from '../../language/checker/model.ts'
import { effectOfRules, isSameEffect } from './effect-of-rules.ts'
import type { SymbolicRoute } from './symbolic-route.ts'

/**
 * Tracks which permits cause anonymous callers to be asked to sign in. A route asks if one of its permits may apply to
 * authenticated callers.
 */
export class SignIn {
  readonly #permits = new Map<Route, Set<Rule>>()
  /** Routes on which this changes an answer. */
  readonly #matters = new Set<Route>()

  constructor(rules: readonly Rule[]) {
    for (const rule of rules)
      if (asksToSignIn(rule))
        for (const route of rule.routes) this.#permits.set(route, (this.#permits.get(route) ?? new Set()).add(rule))
  }

  /**
   * Returns whether anonymous callers are still asked to sign in on these routes once rules are removed. Returns both `true` and
   * `false` if that affects no decision.
   */
  look(sight: SymbolicRoute): readonly boolean[] {
    const routes = sight.identity === null ? sight.routes.filter((route) => this.#permits.has(route)) : []
    if (routes.length === 0) return [false]
    const [asked, not] = [effectOfRules(sight.rules, true, sight), effectOfRules(sight.rules, false, sight)]
    if (isSameEffect(asked, not, sight)) return [true, false]
    for (const route of routes) this.#matters.add(route)
    return [true]
  }

  /** Returns whether anonymous callers get the same answers if `rule` is removed in addition to the rules in `gone`. */
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

/** Mirrors `lowerRoute` of the compiler. */
function asksToSignIn({ effect, shadow, to }: Rule): boolean {
  return effect === 'permit' && !shadow && to.some(({ kind }) => kind !== 'anonymous' && kind !== 'anyone')
}
