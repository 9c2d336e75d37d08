/** The possible values of an expression, by its own form. */
import { TIMESTAMP_PARTS } from '../../builtins/timestamp-parts.ts'
import type { Model, Route } from '../../checker/model.ts'
import type { Expression } from '../../syntax/ast.ts'

export interface Range {
  readonly from: number
  readonly to: number
  /** Description of the range, which a message puts after the expression: `is never below 0`. */
  readonly is: string
}

/** Returns the range of a number; null if the expression can be any number. */
export function rangeOf(expression: Expression, model: Model): Range | null {
  if (expression.kind !== 'Call') return null
  const reference = model.referenceOf(expression)
  if (reference.kind !== 'builtin') return null
  const known = TIMESTAMP_PARTS[reference.id]
  if (known !== undefined) return { from: known[0], to: known[1], is: `lies between ${known[0]} and ${known[1]}` }
  return expression.name.text === 'size' ? { from: 0, to: Number.POSITIVE_INFINITY, is: 'is never below 0' } : null
}

export interface Texts {
  /** Pattern that matches no part of any possible text. */
  readonly lacks: RegExp
  /** All possible texts; null if unknown. */
  readonly among: readonly string[] | null
  /** Description of the possible texts, which a message puts after the expression: `has no upper-case letters`. */
  readonly is: string
}

/**
 * Returns the possible texts of an expression; null if the expression can be any text.
 *
 * @param routes the routes on which the expression is evaluated; null if unknown
 */
export function textsOf(expression: Expression, model: Model, routes: readonly Route[] | null): Texts | null {
  if (expression.kind === 'Call') {
    const reference = model.referenceOf(expression)
    if (reference.kind !== 'builtin') return null
    if (reference.id === 'string.lowerAscii') return { lacks: /[A-Z]/, among: null, is: 'has no upper-case letters' }
    return reference.id === 'string.upperAscii' ? { lacks: /[a-z]/, among: null, is: 'has no lower-case letters' } : null
  }
  if (expression.kind !== 'Member' || expression.object.kind !== 'Identifier') return null
  const reference = model.referenceOf(expression.object)
  if (reference.kind !== 'root' || reference.root !== 'request') return null
  switch (expression.field.text) {
    case 'host':
      return { lacks: /[A-Z]|^[^:]+:\d+$/, among: null, is: 'is in lower case and without a port' }
    case 'method':
      return methodsOn(routes)
    default:
      return null
  }
}

function methodsOn(routes: readonly Route[] | null): Texts {
  const lists = (routes ?? []).map(({ methods }) => methods)
  if (routes === null || lists.includes(null)) return { lacks: /[a-z]/, among: null, is: 'is in upper case' }
  const among = [...new Set(lists.flatMap((methods) => methods ?? []))].sort()
  const words = among.map((method) => `\`${method}\``)
  const is = words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
  return { lacks: /[a-z]/, among, is: `is ${is} on ${routes.length === 1 ? 'this route' : 'these routes'}` }
}
