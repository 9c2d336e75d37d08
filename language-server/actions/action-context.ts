import type { Diagnostic } from 'vscode-languageserver-types'
import type { Diagnostic as Finding, Span } from '../../language/index.ts'
import type { PolicyFile, Workspace } from '../workspace/workspace.ts'

/** A place in a policy for which actions are sought. */
export interface ActionContext {
  readonly workspace: Workspace
  readonly policy: PolicyFile
  readonly span: Span
  /** The findings that touch the span, as the client knows them. */
  readonly touched: readonly { readonly finding: Finding; readonly diagnostic: Diagnostic }[]
}
