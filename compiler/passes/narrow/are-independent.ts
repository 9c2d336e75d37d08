import { type Chain, children, type Expr, type Operand } from '../../ir/index.ts'
import { isSame } from '../../ir/numbering.ts'
import { type Topic, topicOf } from './predicate.ts'

/** For more tests, pairwise comparison is slower than collecting facts. */
const FEW = 6

/**
 * Returns whether no test in an expression can imply another: all test different values, and no chain is nested in one with the
 * same operator. Conservative: only true is certain. A fast check that suffices for most policies.
 */
export function hasIndependentTests(expression: Expr): boolean {
  return meets(expression, [])
}

/**
 * Returns whether no operand of a chain can imply another: all test different values, and none is a chain of the same operator.
 */
export function areIndependent(operator: Chain['operator'], operands: readonly Operand[]): boolean {
  return meetAll(operator, operands, [])
}

function meetAll(operator: Chain['operator'], operands: readonly Operand[], asked: Topic[]): boolean {
  return operands.every(({ expression }) => {
    const isFlat = expression.kind !== 'Chain' || expression.operator !== operator
    return isFlat && meets(expression, asked)
  })
}

function meets(expression: Expr, asked: Topic[]): boolean {
  switch (expression.kind) {
    case 'Chain':
      return meetAll(expression.operator, expression.operands, asked)
    case 'Not':
      return meets(expression.operand, asked)
    case 'Const':
      return expression.type.kind !== 'bool'
    case 'Present':
    case 'Optional':
      return isNew(expression, asked) && children(expression.target).every((child) => meets(child, asked))
    default:
      return isNew(expression, asked) && children(expression).every((child) => meets(child, asked))
  }
}

/** Whether the expression is no test, or one of a new topic. */
function isNew(expression: Expr, asked: Topic[]): boolean {
  if (expression.type.kind !== 'bool' || expression.kind === 'Conditional') return true
  const about = topicOf(expression)
  if (asked.length === FEW || asked.some((one) => isAboutSame(one, about))) return false
  asked.push(about)
  return true
}

export function isAboutSame(one: Topic, other: Topic): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  if ('kind' in one) return 'kind' in other && isSame(one, other)
  return !('kind' in other) && one.word === other.word
}
