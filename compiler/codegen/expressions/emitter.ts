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

/** Callbacks by which the files of this folder emit child expressions. */
export interface Emitter {
  readonly scope: FunctionScope
  /** Emits a value of any type, with the error of that type. */
  value(expression: Expr): Term
  /** Emits a timestamp or duration as a value or in a scratch place: `runtime/abi/values/times/moment.ts`. */
  time(expression: Expr): Term
  /** Emits a bool in the current function. */
  test(expression: Expr, onError: OnError): Term
  /** Emits a bool as a separate function. */
  testApart(expression: Expr, onError: OnError): Term
  /** Returns the emitter for another function. */
  inside(scope: FunctionScope): Emitter
}

/** Returns an emitter whose times may be in scratch places. The caller must be able to handle that. */
export function timely(emitter: Emitter): Emitter {
  const { value, time } = emitter
  return { ...emitter, value: (expression) => (mayBeTime(expression) ? time(expression) : value(expression)) }
}

function mayBeTime({ type }: Expr): boolean {
  return isTime(type) || (type.kind === 'optional' && isTime(type.value))
}
