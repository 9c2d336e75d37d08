import { chain, roleTest } from '../ir/build.ts'
import { type Chain, type Expr, type Operand, withoutOperands } from '../ir/index.ts'
import { expressionPass } from './pass.ts'

/**
 * Tests both bits of `caller is a || caller is b` at once. Preserves the value: `||` is commutative, and a role test never errs.
 * Only tests without guards that guard nothing are moved.
 */
export const mergeRoleTests = expressionPass('merge-role-tests', (expression) =>
  expression.kind === 'Chain' && expression.operator === '||' ? merge(expression) : expression,
)

function merge(expression: Chain): Expr {
  const guarding = new Set(expression.operands.flatMap(({ guards }) => guards))
  /** By word: the first position that tests it, and the bits of all tests. */
  const words = new Map<number, { readonly first: number; mask: number }>()
  const merged = new Set<number>()
  for (const [at, operand] of expression.operands.entries()) {
    if (operand.expression.kind !== 'RoleTest' || operand.guards.length > 0 || guarding.has(at)) continue
    const { word, mask } = operand.expression
    const known = words.get(word)
    if (known === undefined) {
      words.set(word, { first: at, mask })
    } else {
      known.mask |= mask
      merged.add(at)
    }
  }
  if (merged.size === 0) return expression
  const operands = expression.operands.map((operand, at): Operand => {
    const found = operand.expression.kind === 'RoleTest' ? words.get(operand.expression.word) : undefined
    return found?.first === at
      ? { ...operand, expression: roleTest((operand.expression as { word: number }).word, found.mask) }
      : operand
  })
  return chain(
    '||',
    withoutOperands(operands, (_, at) => merged.has(at)),
  )
}
