import * as build from '../../compiler/ir/build.ts'
import type { Chain, Conditional, Expr, Operand } from '../../compiler/ir/index.ts'
import { errs } from './lift.ts'

/** Returns a simpler expression that is true exactly where this one is. Elsewhere the simpler one may be false or err. */
export function forTruth(expression: Expr): Expr {
  return forOne(expression, true)
}

/** Returns a simpler expression that is false exactly where this one is. Elsewhere the simpler one may be true or err. */
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
  // A branch that is never wanted leaves the test.
  if (isNever(second, wanted) && first.kind === 'Const') return isNever(first, wanted) ? first : wanted ? test : build.not(test)
  return build.conditional(test, first, second, type)
}

function isNever(expression: Expr, wanted: boolean): boolean {
  return expression.kind === 'Const' && expression.value !== wanted
}

/** An operand that guards others stays as it is, as it matters whether it is true, false or errs. */
function chainFor({ operator, operands }: Chain, wanted: boolean): Expr {
  const settles = operator === '||'
  // All operands of an `&&` must be true, so an impossible one decides; in an `||` it is dropped.
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
