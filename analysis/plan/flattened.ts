import * as build from '../../compiler/ir/build.ts'
import type { ChainOperator, Expr, Operand } from '../../compiler/ir/index.ts'

/** Flattens nested chains of the same operator; their operands keep their guards. */
export function flattened(operator: ChainOperator, operands: readonly Operand[]): Expr {
  const flat: Operand[] = []
  /** The new positions of each old operand. */
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
