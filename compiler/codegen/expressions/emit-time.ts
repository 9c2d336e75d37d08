/** Times that are only compared or read in part: they are computed in scratch places, without allocation. */

import { isTime } from '../../../language/checker/types/type.ts'
import type { Arithmetic, Expr } from '../../ir/index.ts'
import { identifier, js } from '../code.ts'
import { HEAVY } from '../function-scope.ts'
import { emitOrValue } from './emit-call.ts'
import { emitConditional } from './emit-conditional.ts'
import { emitShared } from './emit-shared.ts'
import { emitStrict } from './emit-strict.ts'
import { emitLet, emitOptMap } from './emit-variable.ts'
import { type Emitter, timely } from './emitter.ts'
import { atom, type Term } from './term.ts'
import { isWorkedOut } from './worked-out.ts'

/**
 * Emits an expression for a time, or an optional time: as a value, or as a `Moment`, a reused mutable object that avoids
 * allocation. An error is `undefined`.
 */
export function emitTime(expression: Expr, emitter: Emitter): Term {
  const { scope } = emitter
  // A separate function returns a value: its scratch place would be overwritten by the next call.
  if (expression.weight > HEAVY) return emitter.value(expression)
  if (expression.kind === 'Const' && isTime(expression.type))
    return atom(scope.module.constant('moment', js`abi.momentOf(${expression.value as bigint})`))
  if (!isWorkedOut(expression, scope)) return emitter.value(expression)
  switch (expression.kind) {
    case 'Arithmetic':
      return emitTimeArithmetic(expression, emitter)
    case 'Call':
      if (expression.id !== 'timestamp(int)') return emitter.time(expression.operands[0] as Expr)
      return emitStrict(expression.operands, 'undefined', emitter, (seconds) =>
        atom(js`abi.timestampAt(${scope.module.place()}, ${(seconds as Term).code})`),
      )
    case 'Conditional':
      return emitConditional(expression, 'undefined', timely(emitter))
    case 'OrValue':
      return emitOrValue(expression, 'undefined', timely(emitter))
    case 'OptMap':
      return emitOptMap(expression, emitter, timely(emitter))
    case 'Let':
      return emitLet(expression, 'undefined', emitter, timely(emitter))
    case 'Shared':
      return scope.keeps ? emitShared(expression, 'undefined', emitter) : emitter.time(expression.value)
    case 'Variable':
      return atom(scope.variable(expression.variable))
    default:
      throw new Error(`a ${expression.kind} works a time out`)
  }
}

function emitTimeArithmetic({ operator, left, right }: Arithmetic, emitter: Emitter): Term {
  const name = identifier(helperOf(operator, left, right))
  return emitStrict([left, right], 'undefined', timely(emitter), (a, b) =>
    atom(js`abi.${name}(${emitter.scope.module.place()}, ${(a as Term).code}, ${(b as Term).code})`),
  )
}

function helperOf(operator: Arithmetic['operator'], left: Expr, right: Expr): string {
  if (operator === '-' && right.type.kind === 'timestamp') return 'elapsed'
  const what = left.type.kind === 'timestamp' || right.type.kind === 'timestamp' ? 'timestamp' : 'duration'
  return `${what}${operator === '+' ? 'Plus' : 'Minus'}`
}
