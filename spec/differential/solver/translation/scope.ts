/** Where expressions stand, and what they are there. */
import type { Expr, IdentityIr, RouteIr, VariableName } from '../../../../compiler/ir/index.ts'
import type { Facts } from './facts.ts'
import { type Evaluated, type Shape, sortOf, termOf } from './shapes.ts'
import { and, type Formula, not, TRUE } from './smt.ts'
import { UnsupportedError } from './unsupported-error.ts'

/** Where an expression stands. */
export interface Scope {
  readonly facts: Facts
  readonly route: RouteIr
  /** Null: nobody is known. */
  readonly identity: IdentityIr | null
  readonly variables: ReadonlyMap<VariableName, Shape>
  /** Handed down, so that files of calls need not import that of expressions back. */
  readonly plain: (expression: Expr, scope: Scope) => Evaluated
}

export function evaluated(expression: Expr, scope: Scope): Evaluated {
  const { ok, value } = scope.plain(expression, scope)
  const { facts } = scope
  const named = (shape: Shape): Shape => {
    if (shape.kind === 'scalar' || shape.kind === 'bag') return { ...shape, term: facts.named(sortOf(shape.type), shape.term) }
    if (shape.kind !== 'optional') return shape
    return { ...shape, there: facts.named('Bool', shape.there), value: named(shape.value) }
  }
  return { ok: facts.named('Bool', ok), value: named(value) }
}

/** A condition: where it is true, and where it is false. Where it is neither, it errs. */
export function truth(expression: Expr, scope: Scope): { readonly yes: Formula; readonly no: Formula } {
  const { ok, value } = evaluated(expression, scope)
  return { yes: and(ok, termOf(value)), no: and(ok, not(termOf(value))) }
}

export function bool(term: Formula, ok: Formula = TRUE): Evaluated {
  return { ok, value: { kind: 'scalar', type: { kind: 'bool' }, term } }
}

export function binding(scope: Scope, variable: VariableName, value: Shape): Scope {
  return { ...scope, variables: new Map(scope.variables).set(variable, value) }
}

export function optionalOf(value: Shape): { readonly there: Formula; readonly value: Shape } {
  if (value.kind === 'optional') return value
  throw new UnsupportedError(`a ${value.kind} as an optional`)
}
