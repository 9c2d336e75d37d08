import { isString, type Type } from '../../language/checker/types/type.ts'
import { below, entry, position, present } from '../ir/build.ts'
import { type Expr, freeVariables, has, KIND, mapChildren, type Position, type Quantifier } from '../ir/index.ts'
import { withLinks } from './find-links.ts'
import { mapDecided, type Pass } from './pass.ts'

/**
 * In `decide`, does lookups of names in advance: the position of a field's text among the keys of a map or the names of a
 * hierarchy is known once the data or the caller is. `exists(x, h.within(a, x))` becomes one test for all elements. Preserves
 * each expression's value and whether it errs, as a position is equivalent to its text, and only infallible expressions are
 * linked. A missing field has no position, and is not read earlier than before.
 */
export const linkNames: Pass = {
  name: 'link-names',
  rewrite: null,
  local: null,
  run: (policy) => {
    if (policy.data.length === 0) return policy
    const linking = new Linking()
    return withLinks(mapDecided(policy, (test) => linking.link(test)))
  },
}

/** The kinds that look up a text in data. */
const LINKED = KIND.MapRead | KIND.In | KIND.Call

class Linking {
  readonly #rewritten = new Map<Expr, Expr>()

  link(expression: Expr): Expr {
    if (!has(expression, LINKED)) return expression
    const known = this.#rewritten.get(expression)
    if (known !== undefined) return known
    const after =
      (expression.kind === 'Quantifier' && this.#exists(expression)) ||
      this.#rewrite(mapChildren(expression, (child) => this.link(child)))
    this.#rewritten.set(expression, after)
    return after
  }

  #rewrite(expression: Expr): Expr {
    if (expression.fails) return expression
    switch (expression.kind) {
      case 'MapRead': {
        const { map, key } = expression
        const at = linkedPosition(map, key)
        return at === null ? expression : entry(map, at)
      }
      case 'In': {
        const { element, collection } = expression
        const at = collection.type.kind === 'map' ? linkedPosition(collection, element) : null
        return at === null ? expression : present(entry(collection, at))
      }
      case 'Call': {
        if (expression.id !== 'hierarchy.within') return expression
        const [hierarchy, name, ancestor] = expression.operands as [Expr, Expr, Expr]
        const [at, above] = [linkedPosition(hierarchy, name), linkedPosition(hierarchy, ancestor)]
        if (at === null && above === null) return expression
        return below(hierarchy, at ?? position(hierarchy, name, false), above ?? position(hierarchy, ancestor, false))
      }
      default:
        return expression
    }
  }

  /** Rewrites a test of all elements of a field. */
  #exists({ quantifier, range, variable, test }: Quantifier): Expr | null {
    if (quantifier !== 'exists' || range.fails || test.kind !== 'Call' || test.id !== 'hierarchy.within') return null
    const [hierarchy, name, ancestor] = test.operands as [Expr, Expr, Expr]
    if (ancestor.kind !== 'Variable' || ancestor.variable !== variable) return null
    if (hierarchy.kind !== 'Data' || name.fails || freeVariables(name).has(variable)) return null
    const all = linkedPosition(hierarchy, this.link(range))
    if (all === null) return null
    const own = this.link(name)
    return below(hierarchy, linkedPosition(hierarchy, own) ?? position(hierarchy, own, false), all)
  }
}

/** Returns the position of a text among a datum's keys, if that can be precomputed; else null. */
export function linkedPosition(datum: Expr, text: Expr): Position | null {
  if (datum.kind !== 'Data' || !isOfTexts(text.type)) return null
  const isFound = text.kind === 'CallerField' || (text.kind === 'Field' && mapOf(text.object) !== null)
  return isFound ? position(datum, text, true) : null
}

/** Returns the datum that an expression is an entry of. */
function mapOf(expression: Expr): string | null {
  if (expression.kind !== 'MapRead' && expression.kind !== 'Entry') return null
  const { map } = expression
  return map.kind === 'Data' ? map.name : null
}

function isOfTexts(type: Type): boolean {
  return isString(type) || ((type.kind === 'list' || type.kind === 'set') && isString(type.element))
}
