/** `trace`: the raw outcome of every rule, enforced or shadow, is told to the tracer, which works out the answer. */
import type { Program, RouteIr, Step } from '../../ir/index.ts'
import { type Code, identifier, js, literal } from '../code.ts'
import { emitArray } from '../emit-object.ts'
import { emitTest, emitValue } from '../expressions/emit-expression.ts'
import { LEVEL, type Term, term } from '../expressions/term.ts'
import type { FunctionScope } from '../function-scope.ts'
import { emitBlock, emitIf, emitKey } from './conditions.ts'
import { emitRule } from './emit-rule.ts'
import type { Body, Line } from './lines.ts'

export function traceBody({ trace, signIn }: Program, { body }: RouteIr): Body {
  const start = js`abi.startTrace(facts, request, ${signIn ? js`true` : js`false`}, steps$up, ${body ? js`true` : js`false`})`
  return {
    state: [{ name: js`trace`, initial: start }],
    constantState: true,
    lines: [
      ...trace.map(
        (step): Line =>
          (scope) =>
            traceLine(step, scope),
      ),
      () => ({ ends: js`return trace.end()` }),
    ],
  }
}

function traceLine(step: Step, scope: FunctionScope): Code {
  const rule = emitRule(step, scope.module)
  const judge = obliges(step) ? obliging(step, rule, scope) : judging(step, rule, scope)
  const conditions = step.shadow ? judgeable(step, scope) : []
  if (conditions.length > 0) return emitIf(conditions, judge.toString().includes('\n') ? emitBlock(judge) : judge)
  if (step.open === null || step.shadow) return judge
  return js`if (request.body === undefined) trace.open(${rule}, ${emitTest(step.open, 'undefined', scope).code})
else ${judge}`
}

export function obliges({ limit, headers }: Step): boolean {
  return limit !== null || headers.length > 0
}

/** What must be so for a shadow rule to be judged: all that it reads is there, and once. */
function judgeable({ unsure, open }: Step, scope: FunctionScope): readonly Term[] {
  return [
    ...unsure.headers.map((name) => term(js`request.headers.count(${literal(name)}) < 2`, LEVEL.relation)),
    ...unsure.data.map((name) => term(js`${scope.data(name, identifier(name))} !== undefined`, LEVEL.equality)),
    ...(open === null ? [] : [term(js`request.body !== undefined`, LEVEL.equality)]),
  ]
}

function judging(step: Step, rule: Code, scope: FunctionScope): Code {
  return js`trace.judge(${rule}, ${emitTest(step.test, 'undefined', scope).code})`
}

/** A permit with obligations: they are worked out where its test is true. */
function obliging({ test, limit, headers }: Step, rule: Code, scope: FunctionScope): Code {
  const holds = emitTest(test, 'undefined', scope)
  const name = test.fails ? scope.temporary() : null
  const key = emitKey(limit?.by ?? null, scope)
  const values = headers.map(({ value }) => emitValue(value, scope).code)
  const oblige = js`trace.oblige(${rule}, ${key}, ${emitArray(values)})`
  if (test.kind === 'Const' && test.value === true) return oblige
  if (name === null)
    return js`if (${holds.code}) ${oblige}
else trace.judge(${rule}, false)`
  return js`if ((${name} = ${holds.code}) === true) ${oblige}
else trace.judge(${rule}, ${name})`
}
