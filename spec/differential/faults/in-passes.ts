/** Mistakes that single passes could make. */

import { type DecisionStep, type Expr, mapChildren, mapPrograms, printExpression } from '../../../compiler/index.ts'
import * as build from '../../../compiler/ir/build.ts'
import { answerOf } from '../../../compiler/passes/narrow/domain.ts'
import { domainOf } from '../../../compiler/passes/narrow/domain-of.ts'
import { questionOf } from '../../../compiler/passes/narrow/predicate.ts'
import { type Fault, inFirstPass, inIr } from './fault.ts'

export const inPasses: readonly Fault[] = [
  inFirstPass('`!(a && b)` is `!a && !b`', (expression) =>
    expression.kind === 'Not' && expression.operand.kind === 'Chain'
      ? build.chain(
          expression.operand.operator,
          expression.operand.operands.map((operand) => ({ ...operand, expression: build.not(operand.expression) })),
        )
      : expression,
  ),
  inFirstPass('a choice that is false or something else absorbs an error of what chooses', (expression) =>
    expression.kind === 'Conditional' && expression.type.kind === 'bool' && expression.test.fails
      ? build.or(build.and(expression.test, expression.then), build.and(build.not(expression.test), expression.otherwise))
      : expression,
  ),
  inFirstPass('of several equalities one is enough', (expression) =>
    expression.kind === 'In' && expression.collection.kind === 'Collect' && expression.collection.elements.length > 1
      ? build.equal(expression.element, expression.collection.elements[0] as Expr)
      : expression,
  ),
  inFirstPass('what follows from what errs is true', (expression) =>
    expression.kind === 'Chain' && expression.operator === '&&' && expression.operands.some(({ expression: one }) => one.fails)
      ? build.and(...expression.operands.map(({ expression: one }) => one).filter((one) => !one.fails))
      : expression,
  ),
  inFirstPass('a pattern is a text', (expression) =>
    expression.kind === 'Call' && (expression.id === 'string.matches' || expression.id === 'matches(string)')
      ? build.call('string.contains', expression.operands, expression.type)
      : expression,
  ),
  inFirstPass('what is compared is never the least that it can be', (expression) => {
    if (expression.fails || (expression.kind !== 'Compare' && expression.kind !== 'Equal')) return expression
    const { about, asks, answer } = questionOf(expression)
    const domain = domainOf(about)
    if (typeof domain.least !== 'number') return expression
    const found = answerOf({ ...domain, least: domain.least + 1 }, asks)
    return found === null ? expression : found === answer ? build.TRUE : build.FALSE
  }),
  inFirstPass('of a list that is written out the last is not asked', (expression) =>
    expression.kind === 'Quantifier' && expression.range.kind === 'Collect'
      ? { ...expression, range: build.collect(expression.range.elements.slice(0, -1), expression.range.type) }
      : expression,
  ),
  inDecide('what is shared is taken for something else that is shared', () => {
    const first = new Map<string, Expr>()
    const deep = (expression: Expr): Expr => {
      const after = mapChildren(expression, deep)
      if (after.kind !== 'Shared') return after
      const known = first.get(after.type.kind) ?? after
      first.set(after.type.kind, known)
      return known
    }
    return (steps) => steps.map((step) => ({ ...step, test: deep(step.test) }))
  }),
  inDecide(
    'nothing guards anything any more, and the last is asked first',
    () => (steps) => steps.map((step) => ({ ...step, test: turned(step.test, 0) })),
  ),
  inDecide(
    'conditions are asked before to whom they apply',
    () => (steps) => steps.map((step) => (step.to.kind === 'Const' ? step : { ...step, test: turned(step.test, 1) })),
  ),
  inDecide('a permit goes for one that applies to the same, whatever else that asks for', () => (steps) => {
    const seen = new Set<string>()
    return steps.filter(
      ({ effect, open, to }) => effect === 'forbid' || open !== null || seen.size < seen.add(printExpression(to)).size,
    )
  }),
  inDecide(
    'what asks for more comes in any order',
    () => (steps) =>
      steps
        .map((step, at) => ({ step, at: step.effect === 'permit' && step.requires.length > 0 ? steps.length - at : at }))
        .sort((a, b) => a.step.stage - b.step.stage || a.at - b.at)
        .map(({ step }) => step),
  ),
]

/** The operands of an `&&` the other way round, or the first of them last. */
function turned(test: Expr, first: 0 | 1): Expr {
  if (test.kind !== 'Chain' || test.operator !== '&&') return test
  const [to, ...rest] = test.operands.map((operand) => ({ ...operand, guards: [] }))
  if (to === undefined) return test
  return { ...test, operands: first === 1 ? [...rest, to] : [...rest.reverse(), to] }
}

/** In the steps that `decide` has, and no other function; `make` is asked once for every program. */
function inDecide(name: string, make: () => (steps: readonly DecisionStep[]) => readonly DecisionStep[]): Fault {
  return inIr(name, (policy) => mapPrograms(policy, (program) => ({ ...program, decide: make()(program.decide) })))
}
