import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { DefDeclaration, File } from '../syntax/ast.ts'
import { type CheckedDef, type DeclaredNames, nothingRead } from './declared.ts'
import { checkExpression } from './expressions/check-expression.ts'
import type { ExpressionContext, ExpressionRole, ExpressionTables } from './expressions/expression-context.ts'
import { type FlowFacts, knowing } from './expressions/flow/narrowing.ts'
import type { Identity } from './model.ts'
import type { Scope } from './scope.ts'

/** The context in which declarations and their expressions are checked: declared names, and tables and diagnostics to fill. */
export interface CheckContext {
  readonly scope: Scope
  /** Declarations by name. The map of defs grows during the check. */
  readonly declared: DeclaredNames & { readonly defs: Map<DefDeclaration, CheckedDef> }
  readonly identities: readonly Identity[]
  readonly tables: ExpressionTables
  readonly diagnostics: Diagnostic[]
}

type Given = Partial<Pick<ExpressionContext, 'requirements' | 'roots' | 'rule'>>

const NO_ROOTS: ExpressionContext['roots'] = {}
const NO_VARIABLES: ExpressionContext['variables'] = new Map()

/**
 * Returns the context of one declaration's expressions. Copies field by field: there is one context for each rule, and object
 * spread took a tenth of all checking time.
 */
export function contextIn(world: CheckContext, file: File, place: ExpressionRole, given: Given = {}): ExpressionContext {
  return {
    types: world.tables.types,
    references: world.tables.references,
    guards: world.tables.guards,
    watch: world.tables.watch,
    file,
    scope: world.scope,
    declared: world.declared,
    diagnostics: world.diagnostics,
    place,
    requirements: given.requirements ?? 'nowhere',
    rule: given.rule ?? null,
    roots: given.roots ?? NO_ROOTS,
    variables: NO_VARIABLES,
    reads: nothingRead(),
    complaints: new Set(),
    used: new Set(),
    operand: null,
    requirementClauses: null,
    check: checkExpression,
  }
}

/** Returns all identities; null if the text of one may have been unreadable. */
export function everybodyIn({ scope, identities }: CheckContext): readonly Identity[] | null {
  return scope.lacking ? null : identities
}

/**
 * Returns the facts for an expression that any caller may evaluate: the caller is any identity or anonymous. The possible callers
 * are unknown if the text of an identity may have been unreadable.
 */
export function knowingAnybody(world: CheckContext): FlowFacts {
  const everybody = everybodyIn(world)
  return knowing(everybody === null ? null : ['anonymous', ...everybody])
}
