import type { Location } from 'vscode-languageserver-types'
import { type RouteDeclaration, type RuleDeclaration, type SyntaxNode, visit } from '../../language/index.ts'
import { declarationOf } from '../symbols/declaration-of.ts'
import type { PolicySymbol } from '../symbols/symbol.ts'
import { nodesAt } from '../text/nodes-at.ts'
import { rangeOf } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { PolicyFile, Workspace } from '../workspace/workspace.ts'
import { occurrenceAt } from './navigation.ts'

/** Maximum routes of a rule whose bodies are looked at. */
const MOST_ROUTES = 50

/** Returns the `type` declarations in the type of a name: of a claim, data, a def, its parameter, a route or the `body`. */
export function typeDefinitionAt(workspace: Workspace, policy: PolicyFile, offset: number): Location[] {
  const { project } = policy
  const symbols = occurrenceAt(policy, offset)?.symbols ?? []
  const found = new Map<string, Location>()
  for (const node of symbols.flatMap((symbol) => writtenTypes(policy, symbol, offset)))
    visit(node, (one) => {
      if (one.kind !== 'NamedType') return
      const file = project.checked.files.find(({ span }) => span.source.name === one.span.source.name)
      const declaration = file && project.facts.find(file, one.name.text)
      if (declaration?.kind !== 'TypeDeclaration') return
      const { span } = declaration.name
      found.set(`${span.source.name} ${span.start}`, {
        uri: workspace.uriOf(project, span.source.name),
        range: rangeOf(span),
      })
    })
  return [...found.values()]
}

/** Returns where the type of a symbol is written. */
function writtenTypes(policy: PolicyFile, symbol: PolicySymbol, offset: number): readonly SyntaxNode[] {
  const { project, file } = policy
  const name = symbol.key.slice(symbol.kind.length + 1)
  switch (symbol.kind) {
    case 'claim':
      return claimNamed(project, name)
    case 'variable':
      return file.declarations.flatMap((one) => {
        const params = one.kind === 'DefDeclaration' ? one.params : []
        return params.flatMap((param) => (name === `${file.span.source.name}:${param.name.span.start}` ? [param.type] : []))
      })
    case 'root':
      return name === 'body' ? bodiesAt(policy, offset) : []
    case 'route':
      return bodyOf(project, name)
    case 'type':
    case 'data':
    case 'def': {
      const declaration = declarationOf(project, file, symbol)
      if (declaration?.kind === 'DefDeclaration') return [declaration.result]
      return declaration?.kind === 'DataDeclaration' || declaration?.kind === 'TypeDeclaration' ? [declaration.type] : []
    }
    default:
      return []
  }
}

function claimNamed({ facts }: Project, name: string): readonly SyntaxNode[] {
  const [identity, claim] = name.split('.')
  const declaration = facts.model.identities.find((one) => one.name === identity)?.declaration
  return declaration?.claims.filter((field) => field.name.text === claim).map(({ type }) => type) ?? []
}

/** The bodies of the routes of the rule at an offset. */
function bodiesAt({ project, file }: PolicyFile, offset: number): readonly SyntaxNode[] {
  const rule = nodesAt(file, offset).find((node): node is RuleDeclaration => node.kind === 'RuleDeclaration')
  const routes = project.facts.model.rules.find(({ name }) => name === rule?.name.text)?.routes ?? []
  return routes.slice(0, MOST_ROUTES).flatMap(({ name }) => bodyOf(project, name))
}

function bodyOf({ facts }: Project, name: string): readonly SyntaxNode[] {
  const [service, route] = name.split('.')
  const declared = facts.declarations.flatMap((one): readonly RouteDeclaration[] =>
    one.kind === 'ServiceDeclaration' && one.name.text === service ? one.routes : [],
  )
  const { body = null } = declared.find((one) => one.name.text === route) ?? {}
  return body === null ? [] : [body]
}
