/** Checks expressions without a policy, for suites of expressions with typed variables such as CEL's. */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Expression } from '../../syntax/ast.ts'
import { nothingRead } from '../declared.ts'
import type { Model } from '../model.ts'
import { buildScope } from '../scope.ts'
import type { Type } from '../types/type.ts'
import { checkValue } from './check-condition.ts'
import { checkExpression } from './check-expression.ts'
import { type ExpressionTables, tablesOf } from './expression-context.ts'
import { knowing } from './flow/narrowing.ts'

export interface StandaloneExpression extends Pick<Model, 'typeOf' | 'referenceOf' | 'guardsOf'> {
  /** Type of the expression; `unknown` after a reported mistake. */
  readonly type: Type
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Checks an expression that may read only the given variables. There are no roots, data, defs or callers, so every name is a
 * variable, even `request`. A comprehension's variable shadows a free one of its name.
 */
export function checkStandalone(expression: Expression, variables: ReadonlyMap<string, Type>): StandaloneExpression {
  const diagnostics: Diagnostic[] = []
  const tables: ExpressionTables = { types: new Map(), references: new Map(), guards: new Map(), watch: null }
  const checked = checkValue(
    expression,
    knowing([]),
    {
      ...tables,
      file: {
        kind: 'File',
        span: expression.span,
        imports: [],
        declarations: [],
        brokenNames: [],
        lostNames: [],
        hidesNames: false,
        comments: [],
      },
      scope: buildScope([], () => null, diagnostics),
      declared: { identities: new Map(), roles: new Map(), lackingRoles: new Set(), data: new Map(), defs: new Map() },
      diagnostics,
      place: 'standalone',
      requirements: 'nowhere',
      roots: {},
      variables: new Map([...variables].map(([name, type]) => [name, { name, type, span: null }])),
      reads: nothingRead(),
      complaints: new Set(),
      used: new Set(),
      operand: null,
      rule: null,
      requirementClauses: null,
      check: checkExpression,
    },
    null,
  )
  return {
    ...tablesOf(tables),
    guardsOf: (operand) => tables.guards.get(operand) ?? [],
    type: checked.type,
    diagnostics,
  }
}
