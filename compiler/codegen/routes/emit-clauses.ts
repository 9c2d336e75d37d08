/**
 * Emits the results of a rule's clauses as an array: `true`, `false`, `undefined` for an error, `null` if a guard was not true so
 * that the clause was not evaluated, `'open'` if it waits for the body.
 */
import type { ClauseIr } from '../../ir/index.ts'
import { type Code, js } from '../code.ts'
import { emitTest } from '../expressions/emit-expression.ts'
import { at, atom, chainTerm, LEVEL, markTerm, type Term, term } from '../expressions/term.ts'
import type { FunctionScope } from '../function-scope.ts'

export function emitClauses(clauses: readonly ClauseIr[], scope: FunctionScope): readonly Code[] {
  const looked = guardsLookedAt(clauses)
  const guarding = new Set(looked.flatMap((guards) => guards ?? []))
  const names = new Map<number, Term>()
  return clauses.map((clause, position) => {
    const guards = looked[position] ?? null
    const tested = guards === null ? null : emitTest(clause.expression, 'undefined', scope)
    const outcome = tested === null || clause.place === undefined ? tested : markTerm(clause.place, tested)
    const guarded =
      outcome === null
        ? term(js`null`, LEVEL.atom)
        : chained(
            (guards ?? []).map((guard) => names.get(guard) as Term),
            outcome,
          )
    const whole = clause.waits
      ? term(js`request.body === undefined ? 'open' : ${at(LEVEL.loose, guarded)}`, LEVEL.loose)
      : guarded
    if (!guarding.has(position)) return whole.code
    const name = scope.temporary()
    // A clause is evaluated only if its guards are true; of other values only `'open'` is truthy.
    names.set(position, clause.waits ? term(js`${name} === true`, LEVEL.equality) : atom(name))
    return js`${name} = ${whole.code}`
  })
}

function chained(guards: readonly Term[], outcome: Term): Term {
  if (guards.length === 0) return outcome
  const all = at(LEVEL.or, chainTerm('&&', guards))
  return term(js`${all} ? ${at(LEVEL.loose, outcome)} : null`, LEVEL.loose)
}

/** Returns the guards to test for each clause, without implied ones. Null: the clause is never evaluated. */
function guardsLookedAt(clauses: readonly ClauseIr[]): readonly (readonly number[] | null)[] {
  const never: boolean[] = []
  return clauses.map(({ expression, guards }) => {
    const skipped = guards.some((guard) => never[guard])
    never.push(skipped || (expression.kind === 'Const' && expression.value === false))
    if (skipped) return null
    const implied = new Set(guards.length < MANY ? guards.flatMap((guard) => clauses[guard]?.guards ?? []) : [])
    return guards.filter((guard) => !implied.has(guard) && !isAlways(clauses[guard] as ClauseIr))
  })
}

/** Up to this number, guards are reduced; finding the implied ones of more costs more than it saves. */
const MANY = 16

function isAlways({ expression, guards, waits }: ClauseIr): boolean {
  return expression.kind === 'Const' && expression.value === true && guards.length === 0 && !waits
}
