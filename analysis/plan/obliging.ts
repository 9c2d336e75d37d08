import * as build from '../../compiler/ir/build.ts'
import type { DecisionStep, Expr } from '../../compiler/ir/index.ts'
import { BOOL, STRING } from '../../language/checker/types/type.ts'
import type { Knowledge } from './known-request.ts'
import { partiallyEvaluate } from './partially-evaluate.ts'

/** `isHeaderValue` as an RE2 pattern. */
const SENT = build.constant('^(?:[!-~](?:[ -~]*[!-~])?)?$', STRING)

/**
 * Returns conditions under which a permit's obligations can be computed and its headers sent. If one of them is false or errs,
 * the permit does not apply.
 */
export function obliging({ limit, headers }: DecisionStep, knowledge: Knowledge): readonly Expr[] {
  const key = limit?.by ? partiallyEvaluate(limit.by, knowledge) : null
  const sent = headers.map(({ value }) => partiallyEvaluate(build.call('string.matches', [value, SENT], BOOL), knowledge))
  return [...(key?.fails ? [isReadable(key)] : []), ...sent]
}

/** Returns true, or an error if the value errs. */
function isReadable(value: Expr): Expr {
  return build.conditional(build.equal(value, value), build.TRUE, build.TRUE, BOOL)
}
