import type { Expr } from '../../compiler/ir/index.ts'
import type { Constant } from './symbolic-domain.ts'

/**
 * Returns the elements of a literal list or set whose elements are all constants. Returns an empty list for an empty map literal,
 * and null for all other expressions.
 */
export function constantsIn(expression: Expr): readonly Constant[] | null {
  if (expression.kind === 'Shared') return constantsIn(expression.value)
  if (expression.kind === 'CollectMap' && expression.entries.length === 0) return []
  if (expression.kind !== 'Collect') return null
  const found: Constant[] = []
  for (const element of expression.elements) {
    if (element.kind !== 'Const') return null
    found.push({ kind: 'constant', value: element.value, type: element.type })
  }
  return found
}
