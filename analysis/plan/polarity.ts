import * as build from '../../compiler/ir/build.ts'
import type { Chain, Conditional, Expr, Operand } from '../../compiler/ir/index.ts'
import { errs } from './lift.ts'

/** An expression that is true where this one is; where this one is not, whether by an error or not, it is not. */
export function forTruth(expression: Expr): Expr {
  return forOne(expression, true)
}

/** The same of where it is false. */
export function forFalsity(expression: Expr): Expr {
  return forOne(expression, false)
}

function forOne(expression: Expr, wanted: boolean): Expr {
  if (errs(expression)) return never(wanted)
  switch (expression.kind) {
    case 'Not': {
      const inner = forOne(expression.operand, !wanted)
      return inner.kind === 'Const' ? (inner.value === true ? build.FALSE : build.TRUE) : build.not(inner)
    }
    case 'Chain':
      return chainFor(expression, wanted)
    case 'Conditional':
      return conditionalFor(expression, wanted)
    default:
      return expression
  }
}

function conditionalFor({ test, then, otherwise, type }: Conditional, wanted: boolean): Expr {
  const [first, second] = [forOne(then, wanted), forOne(otherwise, wanted)]
  // What is never wanted is told by the test.
  if (isNever(second, wanted) && first.kind === 'Const') return isNever(first, wanted) ? first : wanted ? test : build.not(test)
  return build.conditional(test, first, second, type)
}

function isNever(expression: Expr, wanted: boolean): boolean {
  return expression.kind === 'Const' && expression.value !== wanted
}

/** What guards others is asked whether it is true, false, or errs, and stays as it is. */
function chainFor({ operator, operands }: Chain, wanted: boolean): Expr {
  const settles = operator === '||'
  // All of an `&&` must be true, so that one which cannot be is enough; of an `||` it is nothing.
  const all = settles !== wanted
  const guarding = new Set(operands.flatMap(({ guards }) => guards))
  const kept: Operand[] = []
  /** Null: it always errs, and so does what it guards. */
  const positions: (number | null)[] = []
  for (const [at, operand] of operands.entries()) {
    const guards = operand.guards.map((guard) => positions[guard] ?? null)
    const unread = guards.includes(null) || errs(operand.expression)
    const inner = unread ? never(wanted) : forOne(operand.expression, wanted)
    if (all && isNever(inner, wanted)) return inner
    const stays = !unread && guarding.has(at)
    if (unread || (isNever(inner, wanted) && !stays)) {
      positions.push(null)
      continue
    }
    positions.push(kept.length)
    kept.push({ ...operand, expression: stays ? operand.expression : inner, guards: guards as readonly number[] })
  }
  return build.chain(operator, kept)
}

function never(wanted: boolean): Expr {
  return wanted ? build.FALSE : build.TRUE
}
