/** Questions to a symbolic route. If an answer exceeds the budget, it is the one without a report. */

import { Random } from '../../compiler/testing/invariants/random.ts'
import type { Rule } from '../../language/checker/model.ts'
import { type Edge, FALSE } from '../bdd/bdd.ts'
import type { SeenRule, SymbolicRoute } from './symbolic-route.ts'

/** Returns whether a set of requests is certainly empty. False if the question exceeds its budget. */
export function isNowhere(edge: Edge, { diagram, consistent }: SymbolicRoute): boolean {
  return edge === FALSE || diagram.within(QUESTION, () => diagram.and(edge, consistent)) === FALSE
}

/** The budget of nodes per question. */
const QUESTION = 4_000

/** Returns the rules with the given effect that are enforced: not shadow rules, which are only logged. */
export function enforced(effect: Rule['effect'], { rules }: SymbolicRoute): readonly SeenRule[] {
  return rules.filter(({ rule }) => rule.effect === effect && !rule.shadow)
}

/** Yields likely requests of an edge, as tests whether another edge holds. Empty: the edge is never true. */
function* samplesOf(edge: Edge, { diagram, consistent }: SymbolicRoute): Iterable<(other: Edge) => boolean> {
  const where = diagram.within(QUESTION, () => diagram.and(edge, consistent)) ?? edge
  const random = new Random(1)
  for (let tries = 0; tries < SAMPLES; tries++) {
    const values = diagram.satisfy(where, () => random.chance(0.5))
    if (values === null) return
    const others = new Map<number, boolean>()
    const of = (variable: number) => {
      const value = values.get(variable) ?? others.get(variable) ?? random.chance(0.5)
      others.set(variable, value)
      return value
    }
    yield (other) => diagram.evaluate(other, of)
  }
}

const SAMPLES = 12

/**
 * Returns the set of requests of `where` to which none of the rules applies. FALSE if there is none; null if the question exceeds
 * its budget.
 */
export function without(where: Edge, rules: readonly SeenRule[], sight: SymbolicRoute): Edge | null {
  const { diagram } = sight
  const left = diagram.within(QUESTION, () => {
    let some = where
    for (const { applies } of rules) some = diagram.and(some, diagram.not(applies))
    return some
  })
  return left !== null && isNowhere(left, sight) ? FALSE : left
}

/**
 * Returns whether the set `where` may contain a request to which none of the rules applies. Random samples of the set are tried
 * first, as they often answer the question quickly.
 */
export function isLeft(where: Edge, rules: readonly SeenRule[], sight: SymbolicRoute): boolean {
  let some = false
  for (const isSo of samplesOf(where, sight)) {
    some = true
    if (!rules.some(({ applies }) => isSo(applies))) return true
  }
  return some && without(where, rules, sight) !== FALSE
}

/**
 * Returns few rules that together apply to every request of `where`: a single one if possible, else a set without unnecessary
 * rules.
 */
export function fewest(where: Edge, rules: readonly SeenRule[], sight: SymbolicRoute): readonly SeenRule[] {
  const alone = rules.find((one) => !isLeft(where, [one], sight))
  if (alone !== undefined) return [alone]
  const needed: SeenRule[] = []
  let left = where
  for (const one of rules) {
    if (left === FALSE || isNowhere(sight.diagram.and(left, one.applies), sight)) continue
    needed.push(one)
    left = without(left, [one], sight) ?? left
  }
  return needed
}
