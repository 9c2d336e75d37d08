/**
 * `trace`: reports the clauses of every rule whose `to` matches to the tracer, which computes the answer and its reasons. Each
 * rule has one reporting function for all routes on which it is the same.
 */
import type { DecisionStep, Program, RouteIr } from '../../ir/index.ts'
import { rulePlace } from '../../places.ts'
import { type Code, js, literal, mark } from '../code.ts'
import { emitArray, emitBool, emitObject } from '../emit-object.ts'
import { emitTest, emitValue } from '../expressions/emit-expression.ts'
import { atom, at as binding, LEVEL, type Term, term } from '../expressions/term.ts'
import { emitFunction, FunctionScope } from '../function-scope.ts'
import type { ModuleScope } from '../module-scope.ts'
import { emitIf, emitKey } from './conditions.ts'
import { emitClauses } from './emit-clauses.ts'
import { emitRule } from './emit-rule.ts'

export function emitTrace({ anonymous, authenticated, body }: RouteIr, module: ModuleScope): Code {
  return js`abi.tracing(steps$up, ${emitObject([
    [js`signIn`, emitBool(anonymous.signIn)],
    [js`body`, emitBool(body !== null)],
    [js`anonymous`, emitJudges(anonymous, module)],
    [js`authenticated`, emitJudges(authenticated, module)],
  ])})`
}

const LIST_OF = { forbid: 'forbids', permit: 'permits' } as const

function emitJudges({ trace }: Program, module: ModuleScope): Code {
  const judges = { rules: [] as Code[], forbids: [] as Code[], permits: [] as Code[] }
  for (const step of trace) judges[isPlain(step) ? LIST_OF[step.effect] : 'rules'].push(emitJudge(step, module))
  const { rules, forbids, permits } = judges
  const lists = [[js`rules`, rules] as const, [js`forbids`, forbids] as const, [js`permits`, permits] as const]
  return emitObject(lists.filter(([, list]) => list.length > 0).map(([name, list]) => [name, emitArray(list)]))
}

/** Whether the only result is that the rule holds or does not. */
function isPlain({ shadow, clauses, requires, limit, headers }: DecisionStep): boolean {
  const isFixed = headers.length === 0 && (limit?.by ?? null) === null
  return !shadow && requires.length === 0 && isFixed && clauses.every(({ waits, expression }) => !waits && !expression.fails)
}

/** Returns the function's name in the module. */
function emitJudge(step: DecisionStep, module: ModuleScope): Code {
  return module.judge(step, (own, name) => {
    const scope = new FunctionScope(own)
    const line = traceLine(step, scope)
    return mark(rulePlace(step.rule), emitFunction(name, js`trace, facts, request`, [...scope.head(), line]))
  })
}

function traceLine(step: DecisionStep, scope: FunctionScope): Code {
  const { to, shadow } = step
  const fits = to.kind === 'Const' && to.value === true ? [] : [emitTest(to, 'false', scope)]
  const conditions = [...(shadow ? judgeable(step, scope) : []), ...fits]
  const rule = emitRule(step, scope.module)
  // A shadow rule that waits for the body is not evaluated without it.
  const clauses = emitClauses(shadow ? step.clauses.map((clause) => ({ ...clause, waits: false })) : step.clauses, scope)
  const judge = clauses.length === 0 ? js`trace.judge(${rule})` : js`trace.judge(${rule}, ${emitArray(clauses)})`
  return obliges(step) ? emitIf([...conditions, atom(judge)], oblige(step, scope)) : emitIf(conditions, judge)
}

function obliges({ limit, headers }: DecisionStep): boolean {
  return limit !== null || headers.length > 0
}

/** Emits the condition for a shadow rule to be evaluated: all that it reads is present and unique. */
function judgeable({ unsure, open }: DecisionStep, scope: FunctionScope): readonly Term[] {
  return [
    ...unsure.headers.map((name) => term(js`request.headers.count(${literal(name)}) < 2`, LEVEL.relation)),
    ...unsure.data.map((name) => term(js`${scope.data(name)} !== undefined`, LEVEL.equality)),
    ...(open === null ? [] : [term(js`request.body !== undefined`, LEVEL.equality)]),
  ]
}

/** Reports the obligations of a permit that holds. If a clause, or the shadow rule, needs the body, it has been read by then. */
function oblige({ limit, headers, shadow, clauses, waiting }: DecisionStep, scope: FunctionScope): Code {
  const isRead = shadow || clauses.some(({ waits }) => waits)
  const told = (at: number, value: Code): Code =>
    waiting[at] && !isRead ? js`request.body === undefined ? abi.open : ${value}` : value
  const by = limit?.by ?? null
  const first = by === null ? 0 : 1
  const key = by === null ? js`null` : told(0, emitKey(by, scope))
  const values = headers.map(({ value }, at) => told(first + at, binding(LEVEL.loose, emitValue(value, scope))))
  return js`trace.oblige(${key}, ${emitArray(values)})`
}
