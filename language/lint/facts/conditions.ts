/** Every condition of a project, with the possible callers. */
import type { Identity, Principal, Route } from '../../checker/model.ts'
import type { Condition, Expression } from '../../syntax/ast.ts'
import type { LintProject } from '../lint-rule.ts'

/** Conditions that form one conjunction, with the callers and routes for which they are evaluated. */
export interface Conjunction {
  readonly of: 'rule' | 'role' | 'def' | 'invariant'
  readonly clauses: readonly { readonly unless: boolean; readonly expression: Expression; readonly clause: Condition | null }[]
  /** Callers for which the conditions are evaluated. */
  readonly to: readonly Principal[]
  /** Routes on which the expression is evaluated; null if unknown. */
  readonly routes: readonly Route[] | null
}

export function* conjunctionsOf({ model }: LintProject): Iterable<Conjunction> {
  const anyone: readonly Principal[] = [{ kind: 'anyone' }]
  for (const { declaration, to, routes } of model.rules) {
    const clauses = declaration.conditions.map((clause) => ({ ...clause, clause }))
    yield { of: 'rule', clauses, to, routes }
  }
  for (const { condition, identities } of model.roles) {
    if (condition !== null) yield { of: 'role', clauses: [alone(condition)], to: identities.map(identified), routes: null }
  }
  for (const { body } of model.defs) yield { of: 'def', clauses: [alone(body)], to: anyone, routes: null }
  for (const { condition, routes } of model.invariants) {
    if (condition !== null) yield { of: 'invariant', clauses: [alone(condition)], to: anyone, routes }
  }
}

function alone(expression: Expression): Conjunction['clauses'][number] {
  return { unless: false, expression, clause: null }
}

function identified(identity: Identity): Principal {
  return { kind: 'identity', identity }
}
