import { isTime } from '../../../language/checker/types/type.ts'
import type { Expr } from '../../ir/index.ts'
import type { FunctionScope } from '../function-scope.ts'
import type { Term } from './term.ts'

/**
 * What an evaluation error becomes. Of an int it is NaN, which no int is: arithmetic hands it on, comparisons with it are false,
 * and a variable that is a number in any case needs no object round it. Of everything else it is `undefined`; of a boolean a
 * third value beside true and false: `??` takes exactly it, and where someone forgot it, it reads as "not true". Where only truth
 * is asked for (a permit) or only falsity (a forbid) an error is one of the two from the start, and the code is plain.
 */
export type OnError = 'undefined' | 'NaN' | 'false' | 'true'

/** How the files of this folder emit the children of what they emit. */
export interface Emitter {
  readonly scope: FunctionScope
  /** Of any type; where it errs it is what an error of this type is. */
  value(expression: Expr): Term
  /**
   * Of a timestamp or a duration, for whom it is enough that it is a value or was worked out in a place for such:
   * `runtime/abi/values/times/moment.ts`.
   */
  time(expression: Expr): Term
  /** Of a bool. */
  test(expression: Expr, onError: OnError): Term
  /** Of a bool, as a function of its own. */
  testApart(expression: Expr, onError: OnError): Term
  /** The same in another function. */
  inside(scope: FunctionScope): Emitter
}

/** Emits times so that they may have been worked out in a place. Only for whom that is enough. */
export function timely(emitter: Emitter): Emitter {
  const { value, time } = emitter
  return { ...emitter, value: (expression) => (mayBeTime(expression) ? time(expression) : value(expression)) }
}

function mayBeTime({ type }: Expr): boolean {
  return isTime(type) || (type.kind === 'optional' && isTime(type.value))
}
