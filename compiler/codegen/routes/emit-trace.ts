/** `trace`: what became of the clauses of every rule whose `to` fits is told to the tracer, which works out the answer, and why. */
import type { Program, RouteIr, Step } from '../../ir/index.ts'
import { rulePlace } from '../../places.ts'
import { type Code, js, literal, mark } from '../code.ts'
import { emitArray } from '../emit-object.ts'
import { emitTest, emitValue } from '../expressions/emit-expression.ts'
import { atom, at as binding, LEVEL, type Term, term } from '../expressions/term.ts'
import type { FunctionScope } from '../function-scope.ts'
import { emitIf, emitKey } from './conditions.ts'
import { emitClauses } from './emit-clauses.ts'
import { emitRule } from './emit-rule.ts'
import type { Body, Line } from './lines.ts'

export function traceBody({ trace, signIn }: Program, { body }: RouteIr): Body {
  const start = js`abi.tracer(facts, request, ${signIn ? js`true` : js`false`}, steps$up, ${body ? js`true` : js`false`})`
  return {
    state: [{ name: js`trace`, initial: start }],
    constantState: true,
    lines: [
      ...trace.map(
        (step): Line =>
          (scope) =>
            mark(rulePlace(step.rule), traceLine(step, scope)),
      ),
      () => ({ ends: js`return trace.end()` }),
    ],
  }
}

function traceLine(step: Step, scope: FunctionScope): Code {
  const { to, shadow } = step
  const fits = to.kind === 'Const' && to.value === true ? [] : [emitTest(to, 'false', scope)]
  const conditions = [...(shadow ? judgeable(step, scope) : []), ...fits]
  const rule = emitRule(step, scope.module)
  // A shadow rule that waits for the body is not judged without it.
  const clauses = emitClauses(shadow ? step.clauses.map((clause) => ({ ...clause, waits: false })) : step.clauses, scope)
  const judge = clauses.length === 0 ? js`trace.judge(${rule})` : js`trace.judge(${rule}, ${emitArray(clauses)})`
  return obliges(step) ? emitIf([...conditions, atom(judge)], oblige(step, scope)) : emitIf(conditions, judge)
}

function obliges({ limit, headers }: Step): boolean {
  return limit !== null || headers.length > 0
}

/** What must be so for a shadow rule to be judged: all that it reads is there, and once. */
function judgeable({ unsure, open }: Step, scope: FunctionScope): readonly Term[] {
  return [
    ...unsure.headers.map((name) => term(js`request.headers.count(${literal(name)}) < 2`, LEVEL.relation)),
    ...unsure.data.map((name) => term(js`${scope.data(name)} !== undefined`, LEVEL.equality)),
    ...(open === null ? [] : [term(js`request.body !== undefined`, LEVEL.equality)]),
  ]
}

/** Of a permit whose clauses are all true. Where one of them waits for the body, that was read, as it was where a shadow rule is judged. */
function oblige({ limit, headers, shadow, clauses, waiting }: Step, scope: FunctionScope): Code {
  const isRead = shadow || clauses.some(({ waits }) => waits)
  const told = (at: number, value: Code): Code =>
    waiting[at] && !isRead ? js`request.body === undefined ? abi.open : ${value}` : value
  const by = limit?.by ?? null
  const first = by === null ? 0 : 1
  const key = by === null ? js`null` : told(0, emitKey(by, scope))
  const values = headers.map(({ value }, at) => told(first + at, binding(LEVEL.loose, emitValue(value, scope))))
  return js`trace.oblige(${key}, ${emitArray(values)})`
}
