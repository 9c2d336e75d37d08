import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Document } from '../../schema/document.ts'
import type { File, LabelDeclaration, Text } from '../../syntax/ast.ts'
import type { Label, Route } from '../model.ts'
import type { Scope } from '../scope.ts'
import type { TypeResolver } from '../types/resolve-type.ts'

/** The JSON and YAML documents that a policy names. */
export interface Documents {
  /** Null: it was reported that there is none, or that it cannot be read. */
  named(file: File, from: Text): Document | null
}

/** What services and their routes are made out of. */
export interface RouteWorld {
  readonly scope: Scope
  readonly labels: ReadonlyMap<LabelDeclaration, Label>
  readonly resolver: TypeResolver
  readonly documents: Documents
  readonly diagnostics: Diagnostic[]
}

/** A route before it has its place among all. */
export type RouteDraft = Omit<Route, 'index'>
