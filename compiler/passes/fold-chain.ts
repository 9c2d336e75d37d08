import { chain, FALSE, TRUE } from '../ir/build.ts'
import { type Chain, type Expr, type Operand, withoutOperands } from '../ir/index.ts'

/**
 * Folds `&&` and `||` with constant operands. `false && e` becomes `false`, and `true && e` becomes `e`. A constant decides only
 * if no guard on which it depends can err, as an operand whose guard errs counts as an error. If `true` is dropped, the operands
 * that it guarded get its guards, so no error is lost.
 */
export function foldChain(expression: Chain): Expr {
  const { operator, operands } = expression
  const neutral = operator === '&&'
  const skippable = mayBeSkipped(operands)
  if (operands.some((operand, at) => isConstant(operand, !neutral) && !skippable[at])) {
    return neutral ? FALSE : TRUE
  }
  if (!operands.some((operand) => isConstant(operand, neutral))) return expression
  return chain(
    operator,
    withoutOperands(operands, (operand) => isConstant(operand, neutral)),
  )
}

function isConstant({ expression }: Operand, value: boolean): boolean {
  return expression.kind === 'Const' && expression.value === value
}

/**
 * Returns, for each operand, whether it may be skipped and count as an error, because one of its guards may err or be skipped.
 */
export function mayBeSkipped(operands: readonly Operand[]): readonly boolean[] {
  const skippable: boolean[] = []
  for (let at = 0; at < operands.length; at += 1) {
    const { guards } = operands[at] as Operand
    skippable.push(guards.length > 0 && guards.some((guard) => operands[guard]?.expression.fails || skippable[guard]))
  }
  return skippable
}
