import { isTime } from '../../../language/checker/types/type.ts'
import type { Expr } from '../../ir/index.ts'
import type { FunctionScope } from '../function-scope.ts'
import type { Term } from './term.ts'

/**
 * The representation of an evaluation error. For an int, an error is NaN: arithmetic propagates it, comparisons with it are
 * false, and the variable stays an unboxed number. For other types, an error is `undefined`; for a bool this is a third value,
 * which `??` tests for, and which reads as "not true" if a check was forgotten. If only truth (a permit) or falsity (a forbid) is
 * relevant, an error is one of the two from the start, and the code is plain.
 */
export type OnError = 'undefined' | 'NaN' | 'false' | 'true'

/** Functions that emit nested expressions within the current function. Passed down to avoid cycles of imports. */
export interface Emitter {
  readonly scope: FunctionScope
  /** Emits an expression of any type. The value after an error is NaN for an int, else `undefined`. */
  value(expression: Expr): Term
  /**
   * Emits a timestamp or duration as a value, or as a `Moment`, a reused mutable object (`runtime/abi/values/times/moment.ts`).
   */
  time(expression: Expr): Term
  /** Emits a bool expression as code within the current function. */
  test(expression: Expr, onError: OnError): Term
  /** Emits a bool expression as a function of its own, and returns the call of that function. */
  testApart(expression: Expr, onError: OnError): Term
  /** Returns an emitter that emits into another function. */
  inside(scope: FunctionScope): Emitter
}

/** Returns an emitter that may emit times as a `Moment`, a reused mutable object. The caller must be able to handle that. */
export function timely(emitter: Emitter): Emitter {
  const { value, time } = emitter
  return { ...emitter, value: (expression) => (mayBeTime(expression) ? time(expression) : value(expression)) }
}

function mayBeTime({ type }: Expr): boolean {
  return isTime(type) || (type.kind === 'optional' && isTime(type.value))
}
