import type { Type } from '../../../language/checker/types/type.ts'
import type { Arithmetic, Call, Expr } from '../../ir/index.ts'
import { type Code, js } from '../code.ts'
import { cut, intCalculation } from './calculation.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, atom, chainTerm, LEVEL, type Term, term } from './term.ts'

/**
 * Emits an operation that errs if one of its operands does. Emits the operands that may err first, then the operation, which may
 * err too.
 */
export function emitStrict(
  parts: readonly Expr[],
  onError: OnError,
  emitter: Emitter,
  operation: (...terms: readonly Term[]) => Term,
): Term {
  const checks: Check[] = []
  const terms = parts.map((part) => checked(part, checks, emitter))
  return unless(checks, onError, operation(...terms))
}

/** Two code expressions that test whether an evaluated operand is a value or an error. */
export interface Check {
  readonly isValue: Term
  readonly isError: Term
}

/** Returns the code of an operand, and adds a test to `checks` if the operand may err. The code must run after the tests. */
export function checked(part: Expr, checks: Check[], emitter: Emitter): Term {
  if (part.fails && part.type.kind === 'int') {
    if (part.kind === 'Arithmetic' || isCutDouble(part)) return checkedRange(part, checks, emitter)
    if (part.kind === 'Negate') return term(js`0 - ${at(LEVEL.product, checked(part.operand, checks, emitter))}`, LEVEL.sum)
  }
  const value = emitter.value(part)
  if (!part.fails) return value
  if (value.again !== undefined) {
    checks.push(checkOf(value.code, part.type))
    return term(value.again, LEVEL.atom)
  }
  const name = emitter.scope.temporary()
  checks.push(checkOf(js`${name} = ${value.code}`, part.type))
  return term(name, LEVEL.atom)
}

/**
 * Checks a range inline: V8 boxes a non-small integer that is passed to a function unless it inlines the call, which it rarely
 * does in cold code. `abi.isInt` is a JavaScript built-in that V8 knows, and arithmetic is inline.
 */
function checkedRange(part: Arithmetic | Call, checks: Check[], emitter: Emitter): Term {
  const operands = part.kind === 'Call' ? part.operands : [part.left, part.right]
  const [left, right] = operands.map((operand) => checked(operand, checks, emitter)) as [Term, Term]
  const result = part.kind === 'Call' ? cut(left) : intCalculation(part.operator, left, right)
  const name = emitter.scope.temporary()
  const isValue = atom(js`abi.isInt(${name} = ${result.code})`)
  checks.push({ isValue, isError: term(js`!${isValue.code}`, LEVEL.unary) })
  return term(name, LEVEL.atom)
}

/** Returns whether an expression converts a double to an int by truncation: `int(…)`. */
export function isCutDouble(part: Expr): part is Call {
  return part.kind === 'Call' && part.id === 'int(double)'
}

/**
 * Returns two JavaScript conditions on the value of an expression of the given type: whether it is a proper value, and whether it
 * represents an evaluation error.
 *
 * @param code the name of the value's variable, or an assignment to it
 */
export function checkOf(code: Code, type: Type): Check {
  if (type.kind === 'int') return { isValue: term(js`!abi.isNaN(${code})`, LEVEL.unary), isError: atom(js`abi.isNaN(${code})`) }
  const named = code.is(/^[\w$]+$/) ? code : js`(${code})`
  return {
    isValue: term(js`${named} !== undefined`, LEVEL.equality),
    isError: term(js`${named} === undefined`, LEVEL.equality),
  }
}

/** Emits the result if no value is an error, else the error. */
function unless(checks: readonly Check[], onError: OnError, result: Term): Term {
  if (checks.length === 0) return result
  const values = checks.map(({ isValue }) => isValue)
  const errors = checks.map(({ isError }) => isError)
  switch (onError) {
    case 'false':
      return chainTerm('&&', [...values, result])
    case 'true':
      return chainTerm('||', [...errors, result])
    case 'NaN':
      return term(js`${at(LEVEL.or, chainTerm('&&', values))} ? ${at(LEVEL.loose, result)} : NaN`, LEVEL.loose)
    case 'undefined':
      if (errors.every(({ level }) => level === LEVEL.unary))
        return term(js`${at(LEVEL.or, chainTerm('&&', values))} ? ${at(LEVEL.loose, result)} : undefined`, LEVEL.loose)
      return term(js`${at(LEVEL.or, chainTerm('||', errors))} ? undefined : ${at(LEVEL.loose, result)}`, LEVEL.loose)
  }
}

/** Returns how generated code represents an error of the given type: NaN for an int, else `undefined`. */
export function errorOf(type: Type): OnError {
  return type.kind === 'int' ? 'NaN' : 'undefined'
}

/** Emits an expression such that an error is `undefined` for each type, also for an int. */
export function emitOptionally(expression: Expr, emitter: Emitter): Term {
  if (errorOf(expression.type) === 'undefined') return emitter.value(expression)
  return emitStrict([expression], 'undefined', emitter, (value) => value as Term)
}

/** Converts the code of a bool whose error is `undefined` to code with another value for an error. */
export function emitSettled(value: Term, fails: boolean, onError: OnError): Term {
  if (!fails || onError === 'undefined') return value
  return term(js`${at(LEVEL.equality, value)} ${onError === 'false' ? js`=== true` : js`!== false`}`, LEVEL.equality)
}

export function erring(onError: OnError): Code {
  return ERRORS[onError]
}

const ERRORS = { undefined: js`undefined`, NaN: js`NaN`, false: js`false`, true: js`true` } as const
