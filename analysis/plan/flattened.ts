import * as build from '../../compiler/ir/build.ts'
import type { ChainOperator, Expr, Operand } from '../../compiler/ir/index.ts'

/** A chain without chains of the same operator in it; of these, operands keep the guards that they have. */
export function flattened(operator: ChainOperator, operands: readonly Operand[]): Expr {
  const flat: Operand[] = []
  /** By its old position, where an operand stands now, all of it. */
  const positions: (readonly number[])[] = []
  for (const { expression, guards, place } of operands) {
    const outer = guards.flatMap((guard) => positions[guard] ?? [])
    const first = flat.length
    const inner: readonly Operand[] =
      expression.kind === 'Chain' && expression.operator === operator ? expression.operands : [{ expression, guards: [] }]
    for (const one of inner)
      flat.push({
        expression: one.expression,
        guards: [...outer, ...one.guards.map((guard) => guard + first)],
        ...(place !== undefined && { place }),
      })
    positions.push(inner.map((_, at) => first + at))
  }
  return build.chain(operator, flat)
}
