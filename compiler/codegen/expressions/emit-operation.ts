/** Operators and literals. */
import { isScalar, isString, isTime, type Type } from '../../../language/checker/types/type.ts'
import type { Arithmetic, Collect, CollectMap, Compare, Concat, Equal, Expr, Negate } from '../../ir/index.ts'
import { type Code, joinCode, js } from '../code.ts'
import { calculation, infix, intCalculation } from './calculation.ts'
import { emitConstant, emitMap } from './emit-const.ts'
import { emitSamePosition, isPosition } from './emit-position.ts'
import { emitStrict, isCutDouble } from './emit-strict.ts'
import { type Emitter, type OnError, timely } from './emitter.ts'
import { at, atom, LEVEL, type Level, type Term, term } from './term.ts'
import { isWorkedOut } from './worked-out.ts'

export function emitCompare({ operator, left, right }: Compare, onError: OnError, emitter: Emitter): Term {
  if (left.type.kind === 'int' && [left, right].some(erringByItself) && (onError === 'true' || onError === 'false')) {
    const sign = onError === 'false' ? operator : OPPOSITES[operator]
    const compared = infix(COMPARISONS[sign], LEVEL.relation, emitter.value(left), emitter.value(right))
    return onError === 'false' ? compared : term(js`!(${compared.code})`, LEVEL.unary)
  }
  if (areWorkedOut(left, right, emitter)) return emitTimes(COMPARISONS[operator], LEVEL.relation, left, right, onError, emitter)
  return emitStrict([left, right], onError, emitter, (a, b) => {
    const [first, second] = [a as Term, b as Term]
    const sign = COMPARISONS[operator]
    if (!isString(left.type)) return infix(sign, LEVEL.relation, first, second)
    return infix(sign, LEVEL.relation, atom(js`abi.compare(${first.code}, ${second.code})`), atom(js`0`))
  })
}

/** Whether the value may be NaN and is compared without a check. Arithmetic is range-checked, so it is not. */
function erringByItself(expression: Expr): boolean {
  const { fails, kind } = expression
  return fails && kind !== 'Arithmetic' && kind !== 'Negate' && !isCutDouble(expression)
}

function areWorkedOut(left: Expr, right: Expr, { scope }: Emitter): boolean {
  return isTime(left.type) && (isWorkedOut(left, scope) || isWorkedOut(right, scope))
}

/** Compares times that are not kept. */
function emitTimes(sign: Code, level: Level, left: Expr, right: Expr, onError: OnError, emitter: Emitter): Term {
  return emitStrict([left, right], onError, timely(emitter), (a, b) =>
    infix(sign, level, atom(js`abi.compareTimes(${(a as Term).code}, ${(b as Term).code})`), atom(js`0`)),
  )
}

const COMPARISONS = { '<': js`<`, '<=': js`<=`, '>': js`>`, '>=': js`>=` } as const
/** Operators that are true if the other is false. With NaN, an error, both are false. */
const OPPOSITES = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const

/**
 * Emits a comparison for equality.
 *
 * @param wanted false to emit the inequality
 */
export function emitEqual({ left, right }: Equal, wanted: boolean, onError: OnError, emitter: Emitter): Term {
  if (isPosition(left) && isPosition(right)) return emitSamePosition(left, right, wanted, emitter)
  const comparison = equalityOf(left.type)
  const sign = wanted ? js`===` : js`!==`
  if (areWorkedOut(left, right, emitter)) return emitTimes(sign, LEVEL.equality, left, right, onError, emitter)
  const equal = (first: Term, second: Term) => {
    if (comparison === null) return infix(sign, LEVEL.equality, first, second)
    const call = js`${comparison}(${first.code}, ${second.code})`
    return wanted ? atom(call) : term(js`!${call}`, LEVEL.unary)
  }
  // NaN, an error, equals nothing.
  const settles = onError === (wanted ? 'false' : 'true')
  if (settles && left.type.kind === 'int' && right.type.kind === 'int' && [left, right].some(erringByItself))
    return equal(emitter.value(left), emitter.value(right))
  return emitStrict([left, right], onError, emitter, (a, b) => equal(a as Term, b as Term))
}

/** Returns the helper for types that `===` does not compare; null for scalars and optionals of scalars. */
function equalityOf(type: Type): Code | null {
  if (isScalar(type) || (type.kind === 'optional' && isScalar(type.value))) return null
  if (type.kind === 'list' && isScalar(type.element)) return js`abi.sameList`
  return type.kind === 'set' ? js`abi.sameSet` : js`abi.same`
}

export function emitArithmetic(expression: Arithmetic, emitter: Emitter): Term {
  const { operator, left, right, type } = expression
  if (type.kind === 'int') return emitInt(expression, emitter)
  return emitStrict([left, right], 'undefined', emitter, (a, b) => {
    const result = calculation(operator, a as Term, b as Term)
    if (type.kind === 'timestamp') return atom(js`abi.timestampOf(${result.code})`)
    // The difference of any two timestamps fits into a duration.
    return type.kind === 'duration' && left.type.kind === 'duration' ? atom(js`abi.durationOf(${result.code})`) : result
  })
}

/** Emits an int's negation as a difference, because `0 - x` never gives a negative zero. */
export function emitNegate(expression: Negate, emitter: Emitter): Term {
  if (expression.type.kind === 'int') return emitInt(expression, emitter)
  return emitStrict([expression.operand], 'undefined', emitter, (value) =>
    term(js`-${at(LEVEL.atom, value as Term)}`, LEVEL.unary),
  )
}

function emitInt(expression: Arithmetic | Negate, emitter: Emitter): Term {
  if (expression.fails) return emitStrict([expression], 'NaN', emitter, (value) => value as Term)
  if (expression.kind === 'Negate')
    return infix(js`-`, LEVEL.sum, atom(js`0`), emitter.value(expression.operand), LEVEL.atom, LEVEL.product)
  return intCalculation(expression.operator, emitter.value(expression.left), emitter.value(expression.right))
}

export function emitConcat({ left, right, type }: Concat, emitter: Emitter): Term {
  return emitStrict([left, right], 'undefined', emitter, (a, b) => {
    const [first, second] = [a as Term, b as Term]
    if (type.kind === 'list') return atom(js`${at(LEVEL.atom, first)}.concat(${second.code})`)
    return term(js`${at(LEVEL.sum, first)} + ${at(LEVEL.product, second)}`, LEVEL.sum)
  })
}

export function emitCollect(expression: Collect, emitter: Emitter): Term {
  const constant = emitConstant(expression, emitter.scope.module)
  if (constant !== null) return atom(constant)
  return emitStrict(expression.elements, 'undefined', emitter, (...terms) => {
    const list = js`[${joinCode(
      terms.map(({ code }) => code),
      ', ',
    )}]`
    return atom(expression.type.kind === 'set' ? js`abi.setOf(${list})` : list)
  })
}

export function emitCollectMap(expression: CollectMap, emitter: Emitter): Term {
  const constant = emitConstant(expression, emitter.scope.module)
  if (constant !== null) return atom(constant)
  const { entries } = expression
  return emitStrict(
    entries.map(({ value }) => value),
    'undefined',
    emitter,
    (...terms) =>
      atom(
        emitMap(
          entries.map(({ key }) => key),
          terms.map(({ code }) => code),
        ),
      ),
  )
}
