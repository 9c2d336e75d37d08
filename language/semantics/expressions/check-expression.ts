/**
 * Types of conditions, with narrowing: each expression is checked under what is known where it stands, and tells what is
 * known after it by being true or false. This file has the shape of an expression; what an operator, an access or a call
 * asks of its operands is in the files named so.
 */
import { conditionNotBool, emptyList, listElements, mixedBranches } from '../../diagnostics/catalogue/types.ts'
import { report } from '../../diagnostics/report.ts'
import type { Chain, Conditional, Expression, ListLiteral } from '../../syntax/ast.ts'
import { BOOL, DOUBLE, INT, isScalar, isString, joinTypes, literals, showType, type Type, UNKNOWN } from '../types/type.ts'
import { checkHas, checkIdentifier, checkIndex, checkIs, checkMember } from './check-access.ts'
import { checkCall } from './check-call.ts'
import { checkBinary, checkNegate } from './check-operator.ts'
import { type Checked, type ExpressionContext, plain } from './expression-context.ts'
import { type Fact, factsGained, join, type Known } from './narrowing.ts'

/** Checks one expression; `expected` only helps literals (`[…]` is a set where a set is expected), it is not enforced. */
export function checkExpression(expression: Expression, known: Known, context: ExpressionContext, expected?: Type): Checked {
  const checked = check(expression, known, context, expected)
  context.types.set(expression, checked.type)
  return checked
}

function check(expression: Expression, known: Known, context: ExpressionContext, expected: Type | undefined): Checked {
  switch (expression.kind) {
    case 'BoolLiteral':
      return plain(BOOL, known)
    case 'IntLiteral':
      return plain(INT, known)
    case 'DoubleLiteral':
      return plain(DOUBLE, known)
    case 'StringLiteral':
      return plain(literals([expression.value]), known)
    case 'ListLiteral':
      return plain(checkList(expression, known, context, expected), known)
    case 'Identifier':
      return plain(checkIdentifier(expression, context), known)
    case 'Member':
      return plain(checkMember(expression, known, context), known)
    case 'Index':
      return plain(checkIndex(expression, known, context), known)
    case 'Call':
      return plain(checkCall(expression, known, context), known)
    case 'Has':
      return checkHas(expression, known, context)
    case 'Is':
      return checkIs(expression, known, context)
    case 'Not': {
      const { whenTrue, whenFalse } = checkBool(expression.operand, known, context)
      return { type: BOOL, whenTrue: whenFalse, whenFalse: whenTrue }
    }
    case 'Negate':
      return plain(checkNegate(expression, known, context), known)
    case 'Chain':
      return checkChain(expression, known, context)
    case 'Binary':
      return checkBinary(expression, known, context)
    case 'Conditional':
      return checkConditional(expression, known, context, expected)
  }
}

/** Checks an expression that must be a bool. */
export function checkBool(expression: Expression, known: Known, context: ExpressionContext): Checked {
  const checked = checkExpression(expression, known, context)
  if (checked.type.kind !== 'bool' && checked.type.kind !== 'unknown') {
    context.diagnostics.push(report(conditionNotBool, expression.span, { type: showType(checked.type) }))
  }
  return checked
}

/** One operand of a conjunction: `negated` for those of an `||`, or an `unless`. */
export interface Conjunct {
  readonly expression: Expression
  readonly negated: boolean
}

/**
 * Checks conjuncts from left to right, each under what the ones before it made known, and notes on which of them it
 * relied. Returns what is known where all hold, and what is known at each place where one of them does not.
 */
export function checkConjunction(
  conjuncts: readonly Conjunct[],
  known: Known,
  context: ExpressionContext,
): { readonly all: Known; readonly stopped: readonly Known[] } {
  let all = known
  const stopped: Known[] = []
  const gainedBy = new Map<Fact, number>()
  for (const [at, { expression, negated }] of conjuncts.entries()) {
    const outer = context.used
    context.used = new Set()
    const { whenTrue, whenFalse } = checkBool(expression, all, context)
    const guards = new Set<number>()
    for (const fact of context.used) {
      const guard = gainedBy.get(fact)
      if (guard !== undefined) guards.add(guard)
      outer.add(fact)
    }
    context.used = outer
    if (guards.size > 0) context.guards.set(expression, inOrder(guards, conjuncts))
    const holds = negated ? whenFalse : whenTrue
    stopped.push(negated ? whenTrue : whenFalse)
    for (const fact of factsGained(all, holds)) gainedBy.set(fact, at)
    all = holds
  }
  return { all, stopped }
}

function inOrder(places: ReadonlySet<number>, conjuncts: readonly Conjunct[]): Expression[] {
  return [...places].sort((a, b) => a - b).map((at) => (conjuncts[at] as Conjunct).expression)
}

function checkChain(chain: Chain, known: Known, context: ExpressionContext): Checked {
  const negated = chain.operator === '||'
  const conjuncts = chain.operands.map((expression) => ({ expression, negated }))
  const { all, stopped } = checkConjunction(conjuncts, known, context)
  // It stopped at some operand: what is known is what every way of stopping has in common.
  const some = stopped.reduce((a, b) => join(known, a, b))
  return negated ? { type: BOOL, whenTrue: some, whenFalse: all } : { type: BOOL, whenTrue: all, whenFalse: some }
}

function checkConditional(
  expression: Conditional,
  known: Known,
  context: ExpressionContext,
  expected: Type | undefined,
): Checked {
  const test = checkBool(expression.test, known, context)
  const then = checkExpression(expression.then, test.whenTrue, context, expected)
  const otherwise = checkExpression(expression.otherwise, test.whenFalse, context, expected ?? then.type)
  const type = joinTypes(then.type, otherwise.type)
  if (type === null) {
    const types = { left: showType(then.type), right: showType(otherwise.type) }
    context.diagnostics.push(report(mixedBranches, expression.span, types))
    return plain(UNKNOWN, known)
  }
  return {
    type,
    whenTrue: join(known, then.whenTrue, otherwise.whenTrue),
    whenFalse: join(known, then.whenFalse, otherwise.whenFalse),
  }
}

function checkList(list: ListLiteral, known: Known, context: ExpressionContext, expected: Type | undefined): Type {
  const wanted = expected?.kind === 'list' || expected?.kind === 'set' ? expected : null
  let element: Type | null = null
  const texts: string[] = []
  for (const item of list.elements) {
    const { type } = checkExpression(item, known, context, wanted?.element)
    // Texts are joined at the end, all at once: lists of many are common, and to join is to sort.
    if (item.kind === 'StringLiteral') texts.push(item.value)
    const seen: boolean = element !== null && item.kind === 'StringLiteral' && isString(element)
    const joined: Type | null = element === null ? type : seen ? element : joinTypes(element, type)
    if (joined === null) {
      context.diagnostics.push(report(listElements, item.span, { left: showType(element as Type), right: showType(type) }))
      return UNKNOWN
    }
    element = joined
  }
  if (element?.kind === 'literals') element = joinTypes(element, literals(texts)) as Type
  if (element === null) {
    if (wanted === null) context.diagnostics.push(report(emptyList, list.span, {}))
    return wanted ?? UNKNOWN
  }
  return { kind: wanted?.kind === 'set' && isScalar(element) ? 'set' : 'list', element }
}
