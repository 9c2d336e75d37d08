import { chain, FALSE, TRUE } from '../ir/build.ts'
import { type Chain, type Expr, type Operand, withoutOperands } from '../ir/index.ts'

/**
 * Folds `&&` and `||` with constant operands. `false && e` is false by absorption; but an operand whose guard errs counts as an
 * error, so a constant decides only if none of its guards, however remote, can err. `true && e` is e: dropping a true operand
 * loses no error, as a guard that errs is itself an operand; what it guarded is guarded by its guards.
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
