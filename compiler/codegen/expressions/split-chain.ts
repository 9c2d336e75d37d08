import { chain } from '../../ir/build.ts'
import type { Chain, Operand } from '../../ir/index.ts'
import { HEAVY } from '../function-scope.ts'

/**
 * Splits a chain of `&&` or `||` with thousands of operands into nested groups; null if impossible. Grouping preserves results,
 * as CEL's operators are associative. Only guards that may err must stay in one group with the operands that they guard.
 */
export function splitChain(expression: Chain): Chain | null {
  const { operator, operands } = expression
  const groups: Operand[][] = []
  let weight = Number.POSITIVE_INFINITY
  const together = lastGuarded(operands)
  let until = -1
  let start = 0
  for (const [at, operand] of operands.entries()) {
    const own = operand.expression.weight
    if (weight + own > HEAVY && at > until) {
      groups.push([])
      weight = 0
      start = at
    }
    weight += own
    until = Math.max(until, together[at] ?? -1)
    groups.at(-1)?.push({
      ...operand,
      guards: operand.guards.filter((guard) => guard >= start).map((guard) => guard - start),
    })
  }
  if (groups.length < 2) return null
  const whole = chain(
    operator,
    groups.map((group) => ({ expression: chain(operator, group), guards: [] })),
  )
  return whole.kind === 'Chain' ? whole : null
}

/** Returns, for each operand that may err or be passed over, the last operand that it guards. */
function lastGuarded(operands: readonly Operand[]): readonly number[] {
  const last = operands.map(() => -1)
  const risky: boolean[] = []
  for (const [at, { expression, guards }] of operands.entries()) {
    risky.push(expression.fails || guards.some((guard) => risky[guard]))
    for (const guard of guards) if (risky[guard]) last[guard] = at
  }
  return last
}
