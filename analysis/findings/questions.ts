/** What is asked of a sight. Where an answer would take too much, it is the one by which nothing is told. */

import { Random } from '../../compiler/testing/invariants/random.ts'
import type { Rule } from '../../language/checker/model.ts'
import { type Edge, FALSE } from '../bdd/bdd.ts'
import type { SeenRule, SymbolicRoute } from './symbolic-route.ts'

/** Whether something is so of no request, for certain. */
export function isNowhere(edge: Edge, { diagram, consistent }: SymbolicRoute): boolean {
  return edge === FALSE || diagram.within(QUESTION, () => diagram.and(edge, consistent)) === FALSE
}

/** Nodes that one question may take: where it takes more, nobody can tell. */
const QUESTION = 4_000

/** Those that decide. */
export function enforced(effect: Rule['effect'], { rules }: SymbolicRoute): readonly SeenRule[] {
  return rules.filter(({ rule }) => rule.effect === effect && !rule.shadow)
}

/** Requests of which something is so, as far as can be told: whether something else is so of one. None: it is so of none. */
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

/** What is left of it where none of some rules applies: FALSE if that is no request. Null: nobody can tell. */
export function without(where: Edge, rules: readonly SeenRule[], sight: SymbolicRoute): Edge | null {
  const { diagram } = sight
  const left = diagram.within(QUESTION, () => {
    let some = where
    for (const { applies } of rules) some = diagram.and(some, diagram.not(applies))
    return some
  })
  return left !== null && isNowhere(left, sight) ? FALSE : left
}

/** Whether something may be left, which a request often shows. */
export function isLeft(where: Edge, rules: readonly SeenRule[], sight: SymbolicRoute): boolean {
  let some = false
  for (const isSo of samplesOf(where, sight)) {
    some = true
    if (!rules.some(({ applies }) => isSo(applies))) return true
  }
  return some && without(where, rules, sight) !== FALSE
}

/** Of rules that apply wherever something is: one that does alone, if there is, else as many as it takes. */
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
