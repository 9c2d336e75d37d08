import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Expression, File } from '../../syntax/ast.ts'
import type { Declared } from '../declared.ts'
import type { Reference } from '../model.ts'
import type { Scope } from '../scope.ts'
import type { RecordShape, Type } from '../types/type.ts'
import type { Fact, Known, Outcomes } from './narrowing.ts'

/** What the checker has learnt of expressions, beside the tree; one for a whole policy set. */
export interface ExpressionTables {
  readonly types: Map<Expression, Type>
  readonly references: Map<Expression, Reference>
  readonly guards: Map<Expression, readonly Expression[]>
}

/** Where a condition stands, and what it may read there. */
export interface ExpressionContext extends ExpressionTables {
  readonly file: File
  readonly scope: Scope
  readonly declared: Declared
  /** `checkExpression`, handed down so that the files of operators and accesses need not import it back. */
  readonly check: (expression: Expression, known: Known, context: ExpressionContext, expected?: Type) => Checked
  readonly diagnostics: Diagnostic[]
  /** A role's condition reads the caller alone and must not be able to fail. */
  readonly place: 'rule' | 'role'
  /** The parameters that can be read; null where the routes could not be resolved, so that nothing is said of them. */
  readonly params: RecordShape | null
  /** Filled while checking: the headers read, and whether `caller` is. */
  readonly reads: { readonly headers: Set<string>; caller: boolean }
  /** What was reported of a path, a parameter or a claim in this rule: read once more it is no further mistake. */
  readonly complaints: Set<string>
  /** The facts that the expression being checked has relied on so far. */
  used: Set<Fact>
}

export interface Checked extends Outcomes {
  readonly type: Type
}

/** The result for an expression that tells nothing by being true or false. */
export function plain(type: Type, known: Known): Checked {
  return { type, whenTrue: known, whenFalse: known }
}
