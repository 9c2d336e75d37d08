import * as build from '../../compiler/ir/build.ts'
import type { DecisionStep, Expr } from '../../compiler/ir/index.ts'
import { BOOL, STRING } from '../../language/checker/types/type.ts'
import type { Knowledge } from './known-request.ts'
import { partiallyEvaluate } from './partially-evaluate.ts'

/** What `isHeaderValue` says, in RE2. */
const SENT = build.constant('^(?:[!-~](?:[ -~]*[!-~])?)?$', STRING)

/** A permit errs where what it obliges to does, or where a header cannot be sent: tests that are true where it does not. */
export function obliging({ limit, headers }: DecisionStep, knowledge: Knowledge): readonly Expr[] {
  const key = limit?.by ? partiallyEvaluate(limit.by, knowledge) : null
  const sent = headers.map(({ value }) => partiallyEvaluate(build.call('string.matches', [value, SENT], BOOL), knowledge))
  return [...(key?.fails ? [isReadable(key)] : []), ...sent]
}

/** True, and an error where the value is one. */
function isReadable(value: Expr): Expr {
  return build.conditional(build.equal(value, value), build.TRUE, build.TRUE, BOOL)
}
