import { isScalar } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import { type Equal, type Expr, freeVariables, type Quantifier } from '../../ir/index.ts'

/** Replaces `exists(e, e == x)` and `all(e, e != x)` by a membership test, if `x` cannot err. */
export function simplifyLoop({ quantifier, range, variable, test }: Quantifier): Expr | null {
  const equality = quantifier === 'exists' ? test : quantifier === 'all' && test.kind === 'Not' ? test.operand : null
  if (equality?.kind !== 'Equal') return null
  const wanted = wantedBy(equality, variable)
  if (wanted === null || wanted.fails || !isScalar(wanted.type)) return null
  const among = build.within(wanted, range)
  return quantifier === 'exists' ? among : build.not(among)
}

/** Returns what the variable is compared with. */
function wantedBy({ left, right }: Equal, variable: string): Expr | null {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const)
    if (one.kind === 'Variable' && one.variable === variable && ![...freeVariables(other)].includes(one.variable)) return other
  return null
}
