/** Flow facts along `&&`, `||` and `? :`, and which operands depend on them. */
import { mixedBranches } from '../../../diagnostics/catalogue/types.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Chain, Conditional, Expression } from '../../../syntax/ast.ts'
import { BOOL, joinTypes, showType, type Type, UNKNOWN } from '../../types/type.ts'
import { checkBool } from '../check-bool.ts'
import { type Checked, type ExpressionContext, plain, withChanges } from '../expression-context.ts'
import { rankOf } from '../operations/takes-its-type.ts'
import { type Fact, type FlowFacts, factsGained, joinFlows } from './narrowing.ts'

/**
 * A condition that is part of a conjunction. `negated`: the conjunction requires that it is false, as in an `unless`, or because
 * the conjunction is the negation of an `||`.
 */
export interface Conjunct {
  readonly expression: Expression
  readonly negated: boolean
}

/**
 * Checks conjuncts from left to right, each under the facts of the conjuncts before it, and records the facts that each conjunct
 * uses.
 *
 * @returns the facts if all conjuncts hold, and for each conjunct the facts if that one fails
 */
export function checkConjunction(
  conjuncts: readonly Conjunct[],
  known: FlowFacts,
  context: ExpressionContext,
): { readonly all: FlowFacts; readonly stopped: readonly FlowFacts[] } {
  let all = known
  const stopped: FlowFacts[] = []
  const gainedBy = new Map<Fact, number>()
  for (let at = 0; at < conjuncts.length; at += 1) {
    const { expression, negated } = conjuncts[at] as Conjunct
    // If no fact was gained, no operand can depend on one.
    const used = gainedBy.size === 0 ? context.used : new Set<Fact>()
    const { whenTrue, whenFalse } = checkBool(expression, all, withChanges(context, { used, operand: expression }))
    if (used !== context.used) noteGuards(expression, used, gainedBy, conjuncts, context)
    const holds = negated ? whenFalse : whenTrue
    stopped.push(negated ? whenTrue : whenFalse)
    if (holds !== all) for (const fact of factsGained(all, holds)) gainedBy.set(fact, at)
    all = holds
  }
  return { all, stopped }
}

function noteGuards(
  expression: Expression,
  used: ReadonlySet<Fact>,
  gainedBy: ReadonlyMap<Fact, number>,
  conjuncts: readonly Conjunct[],
  context: ExpressionContext,
): void {
  if (used.size === 0) return
  const guards = new Set<number>()
  for (const fact of used) {
    const guard = gainedBy.get(fact)
    if (guard !== undefined) guards.add(guard)
    context.used.add(fact)
  }
  if (guards.size > 0) context.guards.set(expression, inOrder(guards, conjuncts))
}

function inOrder(places: ReadonlySet<number>, conjuncts: readonly Conjunct[]): Expression[] {
  return [...places].sort((a, b) => a - b).map((at) => (conjuncts[at] as Conjunct).expression)
}

export function checkChain(chain: Chain, known: FlowFacts, context: ExpressionContext): Checked {
  const negated = chain.operator === '||'
  const conjuncts = chain.operands.map((expression) => ({ expression, negated }))
  const { all, stopped } = checkConjunction(conjuncts, known, context)
  // The chain stopped at some operand: the facts common to every way of stopping hold.
  const some = stopped.reduce((a, b) => joinFlows(known, a, b))
  return negated ? { type: BOOL, whenTrue: some, whenFalse: all } : { type: BOOL, whenTrue: all, whenFalse: some }
}

export function checkConditional(
  expression: Conditional,
  known: FlowFacts,
  context: ExpressionContext,
  expected: Type | undefined,
): Checked {
  const test = checkBool(expression.test, known, context)
  const branches = [
    { expression: expression.then, known: test.whenTrue },
    { expression: expression.otherwise, known: test.whenFalse },
  ]
  // A branch that takes its type from the other is checked second.
  if (rankOf(expression.then) > rankOf(expression.otherwise)) branches.reverse()
  const [first, second] = branches as [(typeof branches)[0], (typeof branches)[0]]
  const leading = context.check(first.expression, first.known, context, expected)
  const following = context.check(second.expression, second.known, context, expected ?? leading.type)
  const [then, otherwise] = first.expression === expression.then ? [leading, following] : [following, leading]
  const type = joinTypes(then.type, otherwise.type)
  if (type === null) {
    const types = { left: showType(then.type), right: showType(otherwise.type) }
    context.diagnostics.push(report(mixedBranches, expression.span, types))
    return plain(UNKNOWN, known)
  }
  return {
    type,
    whenTrue: joinFlows(known, then.whenTrue, otherwise.whenTrue),
    whenFalse: joinFlows(known, then.whenFalse, otherwise.whenFalse),
  }
}
