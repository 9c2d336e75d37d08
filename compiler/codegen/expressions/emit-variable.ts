/** Variable bindings without a loop. */
import { isTime } from '../../../language/checker/types/type.ts'
import type { Expr, Let, OptMap, VariableName } from '../../ir/index.ts'
import { type Code, js } from '../code.ts'
import { baseName } from '../function-scope.ts'
import { checkOf, emitOptionally, erring } from './emit-strict.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, atom, LEVEL, type Term, term } from './term.ts'
import { isWorkedOut } from './worked-out.ts'

/**
 * Emits a variable binding as `(x = value, body)`. If the value errs, the body is not evaluated and the result is an error.
 *
 * @param inside the emitter of the body
 */
export function emitLet({ variable, value, body, type }: Let, onError: OnError, emitter: Emitter, inside = emitter): Term {
  const [set, inner] = bound(variable, value, emitter, () =>
    type.kind === 'bool' ? inside.test(body, onError) : inside.value(body),
  )
  if (!value.fails) return atom(js`(${set}, ${at(LEVEL.loose, inner)})`)
  const { isError } = checkOf(set, value.type)
  return term(js`${isError.code} ? ${erring(onError)} : ${at(LEVEL.loose, inner)}`, LEVEL.loose)
}

/** Emits CEL's `optMap`: the body if the optional has a value. `null` (no value) and errors are the result unchanged. */
export function emitOptMap({ variable, range, body }: OptMap, emitter: Emitter, inside = emitter): Term {
  const [set, inner, local] = bound(variable, range, emitter, () => emitOptionally(body, inside))
  const mapped = js`null : ${at(LEVEL.loose, inner)}`
  if (!range.fails) return term(js`(${set}) === null ? ${mapped}`, LEVEL.loose)
  return term(js`(${set}) === undefined ? undefined : ${local} === null ? ${mapped}`, LEVEL.loose)
}

/** Returns the assignment to a variable, the result of `make` in its scope, and its name. */
function bound(variable: VariableName, value: Expr, emitter: Emitter, make: () => Term): readonly [Code, Term, Code] {
  const { scope } = emitter
  const isMoment = isTime(value.type) && isWorkedOut(value, scope)
  const { code } = isMoment ? emitter.time(value) : emitter.value(value)
  const local = scope.temporary(baseName(variable))
  return [js`${local} = ${code}`, scope.bind(variable, local, make, isMoment), local]
}
