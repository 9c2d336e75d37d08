import type { Range } from 'vscode-languageserver-types'
import type { Declaration, PropertyDeclaration, SyntaxNode, TestDeclaration } from '../../language/index.ts'
import { rangeOf } from '../text/positions.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** A test, as the request `iap/tests` lists it. */
export interface TestItem {
  readonly uri: string
  readonly name: string
  readonly range: Range
  /** Rows of its `cases`; the name of a row in results is `TEST / ROW`. */
  readonly cases: readonly { readonly name: string; readonly range: Range }[]
}

/** Returns the tests of a policy, or of all projects. */
export function testsIn(workspace: Workspace, uri: string | undefined): TestItem[] {
  if (uri !== undefined) {
    const policy = workspace.policyAt(uri)
    return policy === null ? [] : itemsOf(policy.file.declarations, uri)
  }
  return workspace.projects.flatMap((project) =>
    project.checked.files.flatMap(({ declarations, span }) => itemsOf(declarations, workspace.uriOf(project, span.source.name))),
  )
}

function itemsOf(declarations: readonly Declaration[], uri: string): TestItem[] {
  return declarations.filter(isTest).map((test) => ({
    uri,
    name: test.name.value,
    range: rangeOf(test.span),
    cases: rowsOf(test).map(({ name, span }) => ({ name: name.value, range: rangeOf(span) })),
  }))
}

function rowsOf(test: TestDeclaration | PropertyDeclaration) {
  return test.kind === 'TestDeclaration' ? (test.cases ?? []) : []
}

export function isTest(node: SyntaxNode): node is TestDeclaration | PropertyDeclaration {
  return node.kind === 'TestDeclaration' || node.kind === 'PropertyDeclaration'
}
