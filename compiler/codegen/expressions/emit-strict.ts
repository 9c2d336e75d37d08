import type { Expr } from '../../ir/index.ts'
import { type Code, js } from '../code.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, chainTerm, LEVEL, type Term, term } from './term.ts'

/**
 * An operation that errs where one of its operands does: those that may are worked out first, and the operation only if
 * none of them erred. Its result may still be an error, which is then `undefined`.
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
    if (value.again !== undefined) {
      failing.push(value.code)
      return term(value.again, LEVEL.atom)
    }
    const name = emitter.scope.temporary()
    failing.push(js`(${name} = ${value.code})`)
    return term(name, LEVEL.atom)
  })
  return unless(failing, onError, operation(...terms))
}

/** A result where none of these values is `undefined`, else what an error is. */
export function unless(failing: readonly Code[], onError: OnError, result: Term): Term {
  if (failing.length === 0) return result
  if (onError === 'false')
    return chainTerm('&&', [...failing.map((value) => term(js`${value} !== undefined`, LEVEL.equality)), result])
  const erred = failing.map((value) => term(js`${value} === undefined`, LEVEL.equality))
  if (onError === 'true') return chainTerm('||', [...erred, result])
  return term(js`${chainTerm('||', erred).code} ? undefined : ${at(LEVEL.loose, result)}`, LEVEL.loose)
}

/** A bool that is `undefined` where it errs, as a test that says so in its own way. */
export function settle(value: Term, fails: boolean, onError: OnError): Term {
  if (!fails || onError === 'undefined') return value
  return term(js`${at(LEVEL.equality, value)} ${onError === 'false' ? js`=== true` : js`!== false`}`, LEVEL.equality)
}

/** What an error is. */
export function erring(onError: OnError): Code {
  return onError === 'undefined' ? js`undefined` : onError === 'true' ? js`true` : js`false`
}
