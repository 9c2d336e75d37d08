/** Warns about uses of deprecated declarations, except in tests: what exists must be tested. */
import { usesDeprecated } from '../../diagnostics/catalogue/documents.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { File, Name } from '../../syntax/ast.ts'
import { type SyntaxNode, visit } from '../../syntax/children.ts'
import { ofFile } from '../of-file.ts'
import { isNamed, type Named, type Scope } from '../scope.ts'
import { type Annotated, deprecationOf } from './check-annotations.ts'

export function checkDeprecated(scope: Scope, diagnostics: Diagnostic[]): void {
  if (!hasDeprecated(scope)) return
  for (const declaration of scope.declarations) {
    // Deprecated declarations may use each other until they are removed together.
    if (deprecationOf(declaration) !== null) continue
    const file = scope.fileOf(declaration)
    visit(declaration, (node) => {
      if ((node.kind === 'RouteDeclaration' || node.kind === 'OperationDeclaration') && deprecationOf(node) !== null) return false
      for (const use of usesIn(node)) warn(use, file, scope, diagnostics)
      return true
    })
  }
}

function hasDeprecated(scope: Scope): boolean {
  return scope.files.some(hasDeprecatedIn)
}

const hasDeprecatedIn = ofFile(({ declarations }) =>
  declarations.some(
    (one) =>
      (isNamed(one) && deprecationOf(one) !== null) ||
      (one.kind === 'ServiceDeclaration' && [...one.routes, ...one.operations].some((part) => deprecationOf(part) !== null)),
  ),
)

interface Use {
  readonly name: Pick<Name, 'text' | 'span'>
  readonly kinds: readonly Named['kind'][]
  /** The route after the service's name, if any. */
  readonly route: Name | null
}

function usesIn(node: SyntaxNode): Use[] {
  const use = (name: Use['name'], kinds: Use['kinds'], route: Name | null = null): Use => ({ name, kinds, route })
  switch (node.kind) {
    case 'NamedType':
      return [use(node.name, ['TypeDeclaration'])]
    case 'RoleDeclaration':
      return node.of.map((name) => use(name, ['IdentityDeclaration']))
    case 'RuleDeclaration':
      return (node.to ?? []).map((name) => use(name, ['RoleDeclaration', 'IdentityDeclaration']))
    case 'ServiceDeclaration':
    case 'RouteDeclaration':
    case 'OperationDeclaration':
      return node.labels.map((name) => use(name, ['LabelDeclaration']))
    case 'LabelTarget':
      return [use(node.label, ['LabelDeclaration'])]
    case 'ServiceTarget':
      return [use(node.service, ['ServiceDeclaration'])]
    case 'RouteTarget':
      return [use(node.service, ['ServiceDeclaration'], node.route)]
    case 'Identifier':
      return [use({ text: node.name, span: node.span }, ['DataDeclaration'])]
    case 'Call':
      return node.receiver === null ? [use(node.name, ['DefDeclaration'])] : []
    case 'Is':
      return [use(node.name, ['RoleDeclaration', 'IdentityDeclaration'])]
    default:
      return []
  }
}

function warn({ name, kinds, route }: Use, file: File, scope: Scope, diagnostics: Diagnostic[]): void {
  const found = scope.find(file, name.text)
  if (found === null || !kinds.includes(found.kind)) return
  tell(found, name, name.text, diagnostics)
  if (route === null || found.kind !== 'ServiceDeclaration') return
  const part = [...found.routes, ...found.operations].find((one) => one.name.text === route.text)
  if (part !== undefined) tell(part, route, `${name.text}.${route.text}`, diagnostics)
}

function tell(found: Annotated, place: Use['name'], name: string, diagnostics: Diagnostic[]): void {
  const text = deprecationOf(found)
  if (text === null) return
  const related = [{ message: 'declared here', span: found.name.span }]
  diagnostics.push(report(usesDeprecated, place.span, { name, text }, related))
}
