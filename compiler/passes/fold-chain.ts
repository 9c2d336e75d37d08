import { chain, FALSE, TRUE } from '../ir/build.ts'
import { type Chain, type Expr, type Operand, withoutOperands } from '../ir/index.ts'

/**
 * Folds `&&` and `||` by their constant operands. `false && e` is false whatever e does, by absorption; but an operand
 * counts as an error where one of its guards errs, so a constant that settles the chain settles it only if no guard of
 * it, however remote, can err. `true && e` is e: dropping an operand that is true loses no error, as a guard that errs is
 * an operand itself; who was guarded by it is from then on guarded by its guards.
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

/** Of each operand, whether it counts as an error in some request: a guard errs, or may itself be skipped. */
export function mayBeSkipped(operands: readonly Operand[]): readonly boolean[] {
  const skippable: boolean[] = []
  for (let at = 0; at < operands.length; at += 1) {
    const { guards } = operands[at] as Operand
    skippable.push(guards.length > 0 && guards.some((guard) => operands[guard]?.expression.fails || skippable[guard]))
  }
  return skippable
}
