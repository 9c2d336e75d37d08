import type { Identity, Model, Route } from '../../../language/checker/model.ts'
import type { Expression } from '../../../language/syntax/ast.ts'
import type { Expr, VariableName } from '../expression.ts'

/** What expressions are lowered for. */
export interface Lowering {
  /** What the checker has learnt. */
  readonly model: Pick<Model, 'typeOf' | 'referenceOf' | 'guardsOf' | 'identities'>
  /** Whose parameters, query and body are read; null in a role's condition, which reads none. */
  readonly route: Route | null
  /** Who calls, as far as the program that is made is special to that. */
  readonly caller: 'anonymous' | 'authenticated' | Identity
  /** The variables in sight by name. Default: none. */
  readonly variables?: ReadonlyMap<string, Expr>
  /** How many variables of the same text stand round the expression. Default: none. */
  readonly depth?: number
  /** The def whose body it stands in. Default: none. */
  readonly def?: string
  /** Where it is noted what was lowered from what. Default: nowhere. */
  readonly origins?: Origins
}

/** What the policy says where an expression comes from. */
export type Origins = Map<Expr, Expression>

/** `lowerExpression`, handed down so that the files of calls and accesses need not import it back. */
export type Lower = (expression: Expression, lowering: Lowering) => Expr

/** One variable further in; the caller makes it seen. */
export function inside(lowering: Lowering, name: string): { readonly variable: VariableName; readonly scope: Lowering } {
  const { depth = 0, def } = lowering
  return {
    variable: def === undefined ? `${name}@${depth}` : `${name}@${def}.${depth}`,
    scope: { ...lowering, depth: depth + 1 },
  }
}

/** The same where a name stands for a variable. */
export function seeing(lowering: Lowering, name: string, variable: Expr): Lowering {
  return { ...lowering, variables: new Map(lowering.variables).set(name, variable) }
}
