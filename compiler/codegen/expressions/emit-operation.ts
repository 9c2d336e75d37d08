/** Operators and literals. */
import { isScalar, type Type } from '../../../language/semantics/types/type.ts'
import type { Arithmetic, Collect, CollectMap, Compare, Concat, Equal, Negate } from '../../ir/index.ts'
import { type Code, joinCode, js } from '../code.ts'
import { emitConstant, emitMap } from './emit-const.ts'
import { emitStrict } from './emit-strict.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, atom, LEVEL, type Term, term } from './term.ts'

export function emitCompare({ operator, left, right }: Compare, onError: OnError, emitter: Emitter): Term {
  return emitStrict([left, right], onError, emitter, (a, b) => {
    const isText = left.type.kind === 'string' || left.type.kind === 'literals'
    const first = isText ? js`abi.compare(${(a as Term).code}, ${(b as Term).code})` : at(LEVEL.sum, a as Term)
    const second = isText ? js`0` : at(LEVEL.sum, b as Term)
    return term(js`${first} ${COMPARISONS[operator]} ${second}`, LEVEL.relation)
  })
}

const COMPARISONS = { '<': js`<`, '<=': js`<=`, '>': js`>`, '>=': js`>=` } as const

/** `wanted` false: whether they differ. */
export function emitEqual({ left, right }: Equal, wanted: boolean, onError: OnError, emitter: Emitter): Term {
  return emitStrict([left, right], onError, emitter, (a, b) => {
    const [first, second] = [a as Term, b as Term]
    const comparison = comparisonOf(left.type)
    if (comparison === null) {
      const [x, y] = [at(LEVEL.relation, first), at(LEVEL.relation, second)]
      return term(wanted ? js`${x} === ${y}` : js`${x} !== ${y}`, LEVEL.equality)
    }
    const call = js`${comparison}(${first.code}, ${second.code})`
    return wanted ? atom(call) : term(js`!${call}`, LEVEL.unary)
  })
}

/** The helper that compares what is not compared by `===`, as scalars and optionals of scalars are. */
function comparisonOf(type: Type): Code | null {
  if (isScalar(type) || (type.kind === 'optional' && isScalar(type.value))) return null
  if (type.kind === 'list' && isScalar(type.element)) return js`abi.sameList`
  return type.kind === 'set' ? js`abi.sameSet` : js`abi.same`
}

export function emitArithmetic(expression: Arithmetic, emitter: Emitter): Term {
  const { operator, left, right, type } = expression
  if (type.kind === 'int') return emitIntArithmetic(expression, emitter)
  return emitStrict([left, right], 'undefined', emitter, (a, b) => {
    const result = infix(operator, a as Term, b as Term)
    if (type.kind === 'timestamp') return atom(js`abi.timestampOf(${result.code})`)
    // No two timestamps are further apart than a duration is long.
    return type.kind === 'duration' && left.type.kind === 'duration' ? atom(js`abi.durationOf(${result.code})`) : result
  })
}

/** An operand that erred is `undefined`, the result then NaN, and `abi.int` of it `undefined`: nothing else is to be checked. */
function emitIntArithmetic({ operator, left, right }: Arithmetic, emitter: Emitter): Term {
  const [a, b] = [emitter.value(left), emitter.value(right)]
  if (operator === '/') return atom(js`abi.quotient(${a.code}, ${b.code})`)
  if (operator === '%') return atom(js`abi.remainder(${a.code}, ${b.code})`)
  return atom(js`abi.int(${infix(operator, a, b).code})`)
}

function infix(operator: Arithmetic['operator'], a: Term, b: Term): Term {
  switch (operator) {
    case '+':
      return term(js`${at(LEVEL.sum, a)} + ${at(LEVEL.product, b)}`, LEVEL.sum)
    case '-':
      return term(js`${at(LEVEL.sum, a)} - ${at(LEVEL.product, b)}`, LEVEL.sum)
    case '*':
      return term(js`${at(LEVEL.product, a)} * ${at(LEVEL.unary, b)}`, LEVEL.product)
    case '/':
      return term(js`${at(LEVEL.product, a)} / ${at(LEVEL.unary, b)}`, LEVEL.product)
    case '%':
      return term(js`${at(LEVEL.product, a)} % ${at(LEVEL.unary, b)}`, LEVEL.product)
  }
}

/** Of an int, whose zero has no sign, a difference. */
export function emitNegate({ operand, type }: Negate, onError: OnError, emitter: Emitter): Term {
  return emitStrict([operand], onError, emitter, (value) =>
    type.kind === 'int'
      ? term(js`0 - ${at(LEVEL.product, value as Term)}`, LEVEL.sum)
      : term(js`-${at(LEVEL.atom, value as Term)}`, LEVEL.unary),
  )
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
