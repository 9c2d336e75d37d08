import type { Type } from '../../../language/semantics/types/type.ts'
import type { Expr } from '../../ir/index.ts'
import { type Code, js } from '../code.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, atom, chainTerm, LEVEL, type Term, term } from './term.ts'

/**
 * An operation that errs where one of its operands does: those that may are worked out first, and the operation only if
 * none of them erred. Its result may still be an error.
 */
export function emitStrict(
  parts: readonly Expr[],
  onError: OnError,
  emitter: Emitter,
  operation: (...terms: readonly Term[]) => Term,
): Term {
  const failing: Failing[] = []
  const terms = parts.map((part) => {
    const value = emitter.value(part)
    if (!part.fails) return value
    if (value.again !== undefined) {
      failing.push({ code: value.code, type: part.type })
      return term(value.again, LEVEL.atom)
    }
    const name = emitter.scope.temporary()
    failing.push({ code: js`${name} = ${value.code}`, type: part.type })
    return term(name, LEVEL.atom)
  })
  return unless(failing, onError, operation(...terms))
}

/** A value of which it is not known whether it is an error: a name, or an assignment to one. */
export interface Failing {
  readonly code: Code
  readonly type: Type
}

/** Whether it is one. */
export function isError({ code, type }: Failing): Term {
  if (type.kind === 'int') return atom(js`abi.isNaN(${code})`)
  return term(js`${inParentheses(code)} === undefined`, LEVEL.equality)
}

export function isNoError({ code, type }: Failing): Term {
  if (type.kind === 'int') return term(js`!abi.isNaN(${code})`, LEVEL.unary)
  return term(js`${inParentheses(code)} !== undefined`, LEVEL.equality)
}

function inParentheses(code: Code): Code {
  return /^[\w$]+$/.test(code.toString()) ? code : js`(${code})`
}

/** A result where none of these values is an error, else what an error is. */
function unless(failing: readonly Failing[], onError: OnError, result: Term): Term {
  if (failing.length === 0) return result
  if (onError === 'false') return chainTerm('&&', [...failing.map(isNoError), result])
  const erred = failing.map(isError)
  if (onError === 'true') return chainTerm('||', [...erred, result])
  return term(js`${at(LEVEL.or, chainTerm('||', erred))} ? ${erring(onError)} : ${at(LEVEL.loose, result)}`, LEVEL.loose)
}

/** What an error of a value of this type is. */
export function errorOf(type: Type): OnError {
  return type.kind === 'int' ? 'NaN' : 'undefined'
}

/** A value as an optional, of which every error is `undefined`. */
export function emitOptionally(expression: Expr, emitter: Emitter): Term {
  if (errorOf(expression.type) === 'undefined') return emitter.value(expression)
  return emitStrict([expression], 'undefined', emitter, (value) => value as Term)
}

/** A bool that is `undefined` where it errs, as a test that says so in its own way. */
export function settle(value: Term, fails: boolean, onError: OnError): Term {
  if (!fails || onError === 'undefined') return value
  return term(js`${at(LEVEL.equality, value)} ${onError === 'false' ? js`=== true` : js`!== false`}`, LEVEL.equality)
}

/** What an error is. */
export function erring(onError: OnError): Code {
  return ERRORS[onError]
}

const ERRORS = { undefined: js`undefined`, NaN: js`NaN`, false: js`false`, true: js`true` } as const
