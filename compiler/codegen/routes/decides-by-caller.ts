import type { Expr, Program, RouteIr, Step } from '../../ir/index.ts'

/**
 * Whether `decide` of a route reads nothing but who calls: then its answer to a caller is its answer to all that they ask there.
 */
export function decidesByCaller({ anonymous, authenticated }: RouteIr): boolean {
  return [anonymous, authenticated].every(({ decide }: Program) => decide.every(asksCallerAlone))
}

function asksCallerAlone({ test, requires, limit, headers }: Step): boolean {
  // Within how long is a question about the time of the request.
  if (requires.some(({ within }) => within !== null)) return false
  return isOfCaller(test) && (!limit?.by?.fails || isOfCaller(limit.by)) && headers.every(({ value }) => isOfCaller(value))
}

/** Not of data: these change while a caller's facts stay. */
function isOfCaller({ binding }: Expr): boolean {
  return binding === 'constant' || binding === 'caller'
}
