import type { Identity, Model, Route } from '../../../language/checker/model.ts'
import type { Expression } from '../../../language/syntax/ast.ts'
import type { Expr, VariableName } from '../expression.ts'

/** The context in which expressions are lowered. */
export interface Lowering {
  readonly model: Pick<Model, 'typeOf' | 'referenceOf' | 'guardsOf' | 'identities'>
  /** The route whose parameters, query and body are read; null in a role's condition, which reads none. */
  readonly route: Route | null
  /** The kind of caller that the program is specialized for. */
  readonly caller: 'anonymous' | 'authenticated' | Identity
  /** The visible variables by name. Default: none. */
  readonly variables?: ReadonlyMap<string, Expr>
  /** The number of enclosing variables of the same text. Default: 0. */
  readonly depth?: number
  /** The def whose body contains the expression. Default: none. */
  readonly def?: string
  /** Receives the source of each lowered expression. Default: nothing is recorded. */
  readonly origins?: Origins
}

/** The source of each lowered expression. */
export type Origins = Map<Expr, Expression>

/** Lowers an expression: `lowerExpression`, passed down so that the files of calls and accesses do not import it in a cycle. */
export type Lower = (expression: Expression, lowering: Lowering) => Expr

/** Returns a fresh variable and its inner scope. The caller makes the variable visible. */
export function inside(lowering: Lowering, name: string): { readonly variable: VariableName; readonly scope: Lowering } {
  const { depth = 0, def } = lowering
  return {
    variable: def === undefined ? `${name}@${depth}` : `${name}@${def}.${depth}`,
    scope: { ...lowering, depth: depth + 1 },
  }
}

/** Returns the scope in which a name means a variable. */
export function seeing(lowering: Lowering, name: string, variable: Expr): Lowering {
  return { ...lowering, variables: new Map(lowering.variables).set(name, variable) }
}
