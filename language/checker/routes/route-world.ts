import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Document } from '../../schema/document.ts'
import type { File, LabelDeclaration, Text } from '../../syntax/ast.ts'
import type { Label, Route } from '../model.ts'
import type { Results } from '../results.ts'
import type { Scope } from '../scope.ts'
import type { TypeResolver } from '../types/resolve-type.ts'

export interface Documents {
  /** Returns the document that a file names; null if the document is missing or unreadable, which was reported. */
  named(file: File, from: Text): Document | null
  /** Reads a document of the previous check again. Returns whether it is the same. */
  isSame(document: Document): boolean
  /** Returns the documents read so far; null if one of them is missing or unreadable. */
  found(): readonly Document[] | null
}

/** The context in which services and routes are checked. */
export interface RouteWorld {
  readonly scope: Scope
  readonly labels: ReadonlyMap<LabelDeclaration, Label>
  readonly resolver: TypeResolver
  readonly documents: Documents
  readonly diagnostics: Diagnostic[]
  readonly results: Results
}

/** A checked route, whose index is set once the routes of all services are sorted. */
export type RouteDraft = Route & { index: number }
