import { isString } from '../../language/checker/types/type.ts'
import { data, equal, position } from '../ir/build.ts'
import { type Data, type Expr, has, KIND, mapChildren } from '../ir/index.ts'
import { withLinks } from './find-links.ts'
import { linkedPosition } from './link-names.ts'
import { mapDecided, type Pass } from './pass.ts'

/**
 * In `decide`, compares a caller's text with a text in data by their positions in a datum, if the former is already linked to
 * that datum; the latter is linked too. Preserves each expression's value and whether it errs, as equal texts have equal
 * positions in one datum. The links of all routes together are determined before this pass.
 */
export const comparePositions: Pass = {
  name: 'compare-positions',
  rewrite: null,
  local: null,
  run: (policy) => {
    const types = new Map(policy.data.map(({ name, type }) => [name, type]))
    const linked = new Map<string, Data>()
    for (const { field, datum } of policy.callerLinks ?? []) {
      const type = types.get(datum)
      if (type !== undefined && !linked.has(field)) linked.set(field, data(datum, type))
    }
    if (linked.size === 0) return policy
    const comparing = new Comparing(linked)
    return withLinks(mapDecided(policy, (test) => comparing.rewrite(test)))
  },
}

class Comparing {
  /** By the caller's field. */
  readonly #linked: ReadonlyMap<string, Data>
  readonly #rewritten = new Map<Expr, Expr>()

  constructor(linked: ReadonlyMap<string, Data>) {
    this.#linked = linked
  }

  rewrite(expression: Expr): Expr {
    if (!has(expression, KIND.Equal)) return expression
    const known = this.#rewritten.get(expression)
    if (known !== undefined) return known
    const inside = mapChildren(expression, (child) => this.rewrite(child))
    const after = (inside.kind === 'Equal' && this.#compared(inside.left, inside.right)) || inside
    this.#rewritten.set(expression, after)
    return after
  }

  #compared(left: Expr, right: Expr): Expr | null {
    const [own, other] = left.kind === 'CallerField' ? [left, right] : [right, left]
    if (own.kind !== 'CallerField' || other.kind !== 'Field' || !isString(own.type) || !isString(other.type)) return null
    const datum = this.#linked.get(own.name)
    const at = datum && linkedPosition(datum, other)
    return datum && at ? equal(position(datum, own, true), at) : null
  }
}
