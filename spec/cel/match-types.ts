/** The types that cel-go's checker found, beside the expressions of ours that they are of. */
import type { Expression } from '../../language/index.ts'
import { type CelTree, childrenOf } from './cel-tree.ts'
import type { CelType } from './cel-type.ts'

/** Where the two trees have the same shape: what the checker wrote anew (`math.greatest`) is left out, its operands are not. */
export function matchTypes(ours: CelTree, checked: CelTree): ReadonlyMap<Expression, CelType> {
  const types = new Map<Expression, CelType>()
  const match = (a: CelTree, b: CelTree): void => {
    if (a.origin !== undefined && b.type !== undefined && a.kind === b.kind) types.set(a.origin, b.type)
    const [partsOfA, partsOfB] = [partsIn(a, b), partsIn(b, a)]
    if (a.kind !== b.kind || partsOfA.length !== partsOfB.length) return
    for (const [at, part] of partsOfA.entries()) match(part, partsOfB[at] as CelTree)
  }
  match(ours, checked)
  return types
}

/** The parts that another tree of the kind has, too: a namespace before a dot is none of a checked call. */
function partsIn(tree: CelTree, other: CelTree): readonly CelTree[] {
  if (tree.kind !== 'call' || other.kind !== 'call') return childrenOf(tree)
  return tree.target !== null && other.target !== null ? [tree.target, ...tree.operands] : tree.operands
}
