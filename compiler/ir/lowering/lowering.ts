import type { Identity, Model, Route } from '../../../language/checker/model.ts'
import type { Expression } from '../../../language/syntax/ast.ts'
import type { Expr, VariableName } from '../expression.ts'

/** The context in which an expression is translated to IR. */
export interface Lowering {
  readonly model: Pick<Model, 'typeOf' | 'referenceOf' | 'guardsOf' | 'identities'>
  /** The route whose parameters, query and body are read; null in a role's condition, which reads none. */
  readonly route: Route | null
  /** The kind of caller for which code is generated. */
  readonly caller: 'anonymous' | 'authenticated' | Identity
  /** The visible variables by name. Default: none. */
  readonly variables?: ReadonlyMap<string, Expr>
  /** The number of enclosing variables in the same condition or def, which makes their names unique. Default: 0. */
  readonly depth?: number
  /** Name of the def whose body contains the expression. Absent outside of defs. */
  readonly def?: string
  /** Receives the source of each translated expression. If absent, sources are not recorded. */
  readonly origins?: Origins
}

/** Source expression of each IR expression. */
export type Origins = Map<Expr, Expression>

/** Function that translates an expression to IR. `lowerExpression` is passed as a parameter to avoid a cycle of imports. */
export type Lower = (expression: Expression, lowering: Lowering) => Expr

/** Returns a new variable for a name, and the context for its scope. The name is not visible there until `seeing` adds it. */
export function inside(lowering: Lowering, name: string): { readonly variable: VariableName; readonly scope: Lowering } {
  const { depth = 0, def } = lowering
  return {
    variable: def === undefined ? `${name}@${depth}` : `${name}@${def}.${depth}`,
    scope: { ...lowering, depth: depth + 1 },
  }
}

/** Returns a context in which a name refers to the given variable. */
export function seeing(lowering: Lowering, name: string, variable: Expr): Lowering {
  return { ...lowering, variables: new Map(lowering.variables).set(name, variable) }
}
