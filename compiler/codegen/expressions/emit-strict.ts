import type { Expr } from '../../ir/index.ts'
import { type Code, js } from '../code.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, chainTerm, LEVEL, type Term, term } from './term.ts'

/**
 * An operation that errs where one of its operands does: those that may are worked out first, and the operation only if
 * none of them erred.
 */
export function emitStrict(
  parts: readonly Expr[],
  onError: OnError,
  emitter: Emitter,
  operation: (...terms: readonly Term[]) => Term,
): Term {
  const failing: Code[] = []
  const terms = parts.map((part) => {
    const value = emitter.value(part)
    if (!part.fails) return value
    const name = emitter.scope.temporary()
    failing.push(js`(${name} = ${value.code})`)
    return term(name, LEVEL.atom)
  })
  const result = operation(...terms)
  if (failing.length === 0) return result
  if (onError === 'false')
    return chainTerm('&&', [...failing.map((value) => term(js`${value} !== undefined`, LEVEL.equality)), result])
  const erred = failing.map((value) => term(js`${value} === undefined`, LEVEL.equality))
  if (onError === 'true') return chainTerm('||', [...erred, result])
  return term(js`${chainTerm('||', erred).code} ? undefined : ${at(LEVEL.loose, result)}`, LEVEL.loose)
}
