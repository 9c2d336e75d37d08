import { type DocumentSymbol, SymbolKind, type WorkspaceSymbol } from 'vscode-languageserver-types'
import type { Declaration, File, Name, Text } from '../../language/index.ts'
import { isTest } from '../runs/test-list.ts'
import { symbolOf } from '../symbols/symbol.ts'
import { hasInOrder } from '../text/has-in-order.ts'
import { rangeOf } from '../text/positions.ts'
import type { Workspace } from '../workspace/workspace.ts'

const KINDS: Readonly<Record<Declaration['kind'], SymbolKind>> = {
  TypeDeclaration: SymbolKind.Struct,
  IdentityDeclaration: SymbolKind.Class,
  RoleDeclaration: SymbolKind.Interface,
  LabelDeclaration: SymbolKind.Enum,
  DataDeclaration: SymbolKind.Variable,
  DefDeclaration: SymbolKind.Function,
  ServiceDeclaration: SymbolKind.Module,
  RuleDeclaration: SymbolKind.Method,
  InvariantDeclaration: SymbolKind.Property,
  PropertyDeclaration: SymbolKind.Event,
  FixtureDeclaration: SymbolKind.Object,
  TestDeclaration: SymbolKind.Event,
}

export function documentSymbolsOf(file: File): DocumentSymbol[] {
  return file.declarations.map((declaration) => ({
    ...symbol(declaration.name, declaration, KINDS[declaration.kind]),
    detail: detailOf(declaration),
    children: childrenOf(declaration),
  }))
}

function detailOf(declaration: Declaration): string {
  if (isTest(declaration)) return 'test'
  return declaration.kind === 'RuleDeclaration' ? declaration.effect : symbolOf(declaration).kind
}

function childrenOf(declaration: Declaration): DocumentSymbol[] {
  switch (declaration.kind) {
    case 'IdentityDeclaration':
      return declaration.claims.map((claim) => symbol(claim.name, claim, SymbolKind.Field))
    case 'ServiceDeclaration':
      return [...declaration.routes, ...declaration.operations].map((route) => symbol(route.name, route, SymbolKind.Method))
    case 'TestDeclaration':
      return (declaration.cases ?? []).map((row) => symbol(row.name, row, SymbolKind.EnumMember))
    default:
      return []
  }
}

function symbol(name: Name | Text, { span }: Pick<Declaration, 'span'>, kind: SymbolKind): DocumentSymbol {
  // Editors refuse an empty name.
  const text = (name.kind === 'Name' ? name.text : name.value) || '""'
  return { name: text, kind, range: rangeOf(span), selectionRange: rangeOf(name.span) }
}

/** Maximum symbols of one answer. */
const MOST = 500

/** Returns the declarations, routes and tests of all projects whose names have the letters of the query in their order. */
export function workspaceSymbolsOf(workspace: Workspace, query: string): WorkspaceSymbol[] {
  const wanted = query.toLowerCase()
  const found: WorkspaceSymbol[] = []
  for (const project of workspace.projects)
    for (const file of project.checked.files) {
      const uri = workspace.uriOf(project, file.span.source.name)
      const add = ({ name, kind, selectionRange, children = [] }: DocumentSymbol, containerName: string) => {
        if (found.length >= MOST) return
        if (hasInOrder(name.toLowerCase(), wanted))
          found.push({ name, kind, containerName, location: { uri, range: selectionRange } })
        for (const child of children) if (child.kind === SymbolKind.Method) add(child, name)
      }
      for (const one of documentSymbolsOf(file)) add(one, file.span.source.name)
    }
  return found
}
