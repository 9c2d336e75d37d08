/** `obligations`: headers and limits of all permits that hold. Called only after `decide` permits, so no forbid is evaluated. */
import { isHeaderValue } from '../../../runtime/abi/index.ts'
import type { DecisionStep, Program } from '../../ir/index.ts'
import { type Code, js } from '../code.ts'
import { emitArray } from '../emit-object.ts'
import { emitTest, emitValue } from '../expressions/emit-expression.ts'
import { atom, LEVEL, type Term, term } from '../expressions/term.ts'
import type { FunctionScope } from '../function-scope.ts'
import { emitIf, emitKey, met, titled } from './conditions.ts'
import { emitRule } from './emit-rule.ts'
import type { Line, RouteLines } from './lines.ts'

/**
 * Returns the permits that code for obligations must evaluate. If one has a rate limit, these are all permits, as a permit
 * without a limit lifts the limits of others.
 */
export function obligingSteps({ trace }: Program): readonly DecisionStep[] {
  const permits = trace.filter(
    ({ shadow, stage, test }) => !shadow && stage === 2 && !(test.kind === 'Const' && test.value === false),
  )
  return permits.some(({ limit }) => limit !== null) ? permits : permits.filter(({ headers }) => headers.length > 0)
}

export function obligationsBody(program: Program): RouteLines {
  return {
    state: [{ name: js`obligations`, initial: js`abi.startObligations()` }],
    constantState: true,
    lines: [
      ...obligingSteps(program).map(
        (step): Line =>
          (scope) =>
            titled(step, obligation(step, scope)),
      ),
      () => ({ ends: js`return obligations.end()` }),
    ],
  }
}

function obligation(step: DecisionStep, scope: FunctionScope): Code {
  const { test, limit, headers } = step
  const terms: Term[] = test.kind === 'Const' && test.value === true ? [] : [emitTest(test, 'false', scope)]
  terms.push(...met(step, scope))
  const key = named(emitKey(limit?.by ?? null, scope), limit?.by?.fails ?? false, scope, terms)
  const values = headers.map(({ value }) => {
    const code = emitValue(value, scope).code
    if (value.kind === 'Const' && isHeaderValue(String(value.value))) return code
    const name = scope.temporary()
    terms.push(atom(js`abi.isHeaderValue(${name} = ${code})`))
    return name
  })
  return emitIf(terms, js`obligations.permit(${emitRule(step, scope.module)}, ${key}, ${emitArray(values)})`)
}

/** Puts a value that may err into a variable, which is tested first. */
function named(code: Code, fails: boolean, scope: FunctionScope, terms: Term[]): Code {
  if (!fails) return code
  const name = scope.temporary()
  terms.push(term(js`(${name} = ${code}) !== undefined`, LEVEL.equality))
  return name
}
