import { type Hover, MarkupKind } from 'vscode-languageserver-types'
import {
  BUILTINS,
  type Declaration,
  type Expression,
  isExpression,
  type OverloadId,
  type Root,
  type Route,
  type Rule,
  type SyntaxNode,
  showType,
} from '../../language/index.ts'
import { ROOT_DOCS } from '../completion/values.ts'
import { testInWords } from '../runs/result-words.ts'
import { type KnownResult, resultsOf } from '../runs/results.ts'
import { isTest } from '../runs/test-list.ts'
import { declarationOf } from '../symbols/declaration-of.ts'
import type { Occurrence } from '../symbols/occurrences.ts'
import type { PolicySymbol } from '../symbols/symbol.ts'
import { nodesAt } from '../text/nodes-at.ts'
import { rangeOf } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { PolicyFile } from '../workspace/workspace.ts'
import { occurrenceAt } from './navigation.ts'

/** Returns the declaration or type of a name or an expression, its documentation, and what depends on it. */
export function hoverAt(policy: PolicyFile, offset: number): Hover | null {
  const occurrence = occurrenceAt(policy, offset)
  const parts = occurrence === null ? [] : aboutName(policy, occurrence, offset)
  const path = nodesAt(policy.file, offset)
  const [, declaration, name] = path
  if (declaration !== undefined && name !== undefined) {
    const test = aboutTest(policy.project, declaration, name)
    if (test !== null) return test
  }
  const expression = path.findLast(isExpression)
  if (parts.length === 0 && expression !== undefined) {
    const type = policy.project.facts.typeOf(expression)
    if (type === null || type.kind === 'unknown') return null
    return hover([code(showType(type))], expression.span)
  }
  return occurrence === null || parts.length === 0 ? null : hover(parts, occurrence.span)
}

/** The last result of a test, at its name. */
function aboutTest(project: Project, declaration: SyntaxNode, name: SyntaxNode): Hover | null {
  if (!isTest(declaration) || declaration.name !== name) return null
  const known = resultsOf(project).testOf(declaration)
  const parts = known === null ? [] : resultText({ ...known, value: testInWords(known.value) })
  return parts.length === 0 ? null : hover(parts, name.span)
}

function hover(parts: readonly string[], span: Occurrence['span']): Hover {
  return { contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n') }, range: rangeOf(span) }
}

function aboutName(policy: PolicyFile, occurrence: Occurrence, offset: number): string[] {
  const [symbol] = occurrence.symbols
  if (symbol === undefined) return []
  const name = symbol.key.slice(symbol.kind.length + 1)
  switch (symbol.kind) {
    case 'builtin':
      return aboutBuiltin(name as OverloadId)
    case 'root':
      return aboutRoot(policy, name, offset)
    case 'claim':
      return aboutClaim(policy.project, occurrence)
    case 'route':
      return aboutRoute(policy.project, name)
    case 'variable':
      return aboutVariable(policy, offset)
    default:
      return aboutNamed(policy, symbol)
  }
}

function aboutBuiltin(id: OverloadId): string[] {
  const { signature, doc } = BUILTINS[id]
  return [code(signature), doc]
}

/** The callers that earlier conditions leave, or the type that the routes of a rule have in common. */
function aboutRoot({ project, file }: PolicyFile, root: string, offset: number): string[] {
  const path = nodesAt(file, offset)
  const member = path.findLast((node) => node.kind === 'Member' || node.kind === 'OptionalMember')
  const declaration = path[1] as Declaration | undefined
  const parts = [code(root), ROOT_DOCS[root as Root] ?? '']
  if (member === undefined || declaration === undefined) return parts
  const probed = project.facts.probe(declaration, file)
  if (root === 'caller') {
    const callers = probed.callersAt(member as Expression)
    const names = [...(callers ?? [])].map((one) => (one === 'anonymous' ? one : `\`${one.name}\``))
    if (names.length > 0) parts.push(`Here: ${names.join(' or ')}.`)
  } else {
    const type = probed.typeOf((member as Extract<Expression, { kind: 'Member' }>).object)
    if (type !== null && type.kind !== 'unknown') parts[0] = code(`${root}: ${showType(type)}`)
  }
  return parts
}

function aboutClaim({ facts }: Project, { symbols }: Occurrence): string[] {
  const lines = symbols.map(({ key }) => {
    const [identity = '', claim = ''] = key.slice('claim '.length).split('.')
    const shape = facts.model.identities.find(({ name }) => name === identity)?.claims.get(claim)
    if (shape === undefined) return `${identity}.${claim}`
    const from = shape.path.join('.') === claim ? '' : ` from ${shape.path.map((key) => JSON.stringify(key)).join(' ')}`
    return `${identity}.${claim}${shape.optional ? '?' : ''}${from}: ${showType(shape.type)}`
  })
  return [code(lines.join('\n'))]
}

function aboutVariable({ project, file }: PolicyFile, offset: number): string[] {
  const found = nodesAt(file, offset).findLast((node) => node.kind === 'Identifier')
  const type = found === undefined ? null : project.facts.typeOf(found)
  return found === undefined || type === null ? [] : [code(`${found.name}: ${showType(type)}`)]
}

/** Maximum rules that are listed. */
const MOST = 20

function aboutRoute({ facts }: Project, name: string): string[] {
  const route = facts.model.routes.find((one) => one.name === name)
  if (route === undefined) return []
  const methods = route.rpc ? 'rpc' : (route.methods?.join(', ') ?? 'any method')
  const params = route.params.map((param) => `${param.name}: ${param.type}`)
  const parts = [code(`${name}: ${methods} ${route.template}${params.length > 0 ? ` (${params.join(', ')})` : ''}`)]
  if (route.deprecated !== null) parts.push(`Deprecated: ${route.deprecated}`)
  if (route.labels.length > 0) parts.push(`Labels: ${route.labels.map((label) => `\`${label.name}\``).join(', ')}.`)
  parts.push(rulesOn(facts.model.rules, route))
  return parts
}

function rulesOn(rules: readonly Rule[], route: Route): string {
  const on = rules.filter(({ routes }) => routes.includes(route))
  if (on.length === 0) return 'No rule covers this route: every request to it is denied.'
  const lines = on.slice(0, MOST).map(({ shadow, effect, name, because }) => {
    const why = because === null ? '' : `: ${because}`
    return `- ${shadow ? 'shadow ' : ''}${effect} \`${name}\`${why}`
  })
  const more = on.length > MOST ? [`- and ${on.length - MOST} more`] : []
  return ['Rules:', ...lines, ...more].join('\n')
}

function aboutNamed({ project, file }: PolicyFile, symbol: PolicySymbol): string[] {
  const declaration = declarationOf(project, file, symbol)
  return declaration === null ? [] : aboutDeclaration(project, declaration)
}

/** Returns the text of a declaration, its documentation and what depends on it, as paragraphs of Markdown. */
export function aboutDeclaration(project: Project, declaration: Declaration): string[] {
  const parts = [code(headOf(declaration))]
  if (declaration.doc !== null) parts.push(declaration.doc)
  for (const { name, argument } of declaration.annotations)
    if (name.text === 'deprecated') parts.push(`Deprecated: ${argument.value}`)
  parts.push(...usesOf(declaration, project))
  return parts
}

/** The text of a declaration, without its documentation; of long ones the beginning. */
function headOf({ kind, name, span }: Declaration): string {
  const { text } = span.source
  // Documentation and annotations stand before the line of the name.
  const start = text.lastIndexOf('\n', name.span.start) + 1
  const lines = text.slice(start, span.end).split('\n')
  const most = kind === 'ServiceDeclaration' ? 1 : HEAD_LINES
  return lines.length > most ? `${lines.slice(0, most).join('\n')}\n  …` : lines.join('\n')
}

const HEAD_LINES = 12

function usesOf(declaration: Declaration, project: Project): string[] {
  const { rules, routes, roles } = project.facts.model
  switch (declaration.kind) {
    case 'RoleDeclaration':
    case 'IdentityDeclaration': {
      const kind = declaration.kind === 'RoleDeclaration' ? 'role' : 'identity'
      const named = rules.filter(({ to }) =>
        to.some(
          (one) =>
            (one.kind === 'role' ? one.role.name : one.kind === 'identity' ? one.identity.name : '') === declaration.name.text,
        ),
      )
      const own = roles.filter(({ identities }) => identities.some(({ name }) => name === declaration.name.text))
      const ofIdentity = kind === 'identity' && own.length > 0 ? [`Roles: ${list(own)}.`] : []
      return [...ofIdentity, named.length === 0 ? 'No rule names it in `to`.' : `Rules: ${list(named)}.`]
    }
    case 'LabelDeclaration':
      return [`Routes: ${list(routes.filter(({ labels }) => labels.some(({ name }) => name === declaration.name.text)))}.`]
    case 'ServiceDeclaration':
      return [`Routes: ${list(routes.filter(({ service }) => service.name === declaration.name.text))}.`]
    case 'RuleDeclaration': {
      const rule = rules.find(({ name }) => name === declaration.name.text)
      return rule === undefined ? [] : [`Routes: ${list(rule.routes)}.`]
    }
    case 'InvariantDeclaration':
      return [declaredIn(declaration), ...resultText(resultsOf(project).invariantNamed(declaration.name.text))]
    default:
      return [declaredIn(declaration)]
  }
}

function declaredIn({ name }: Declaration): string {
  return `In \`${name.span.source.name}\`.`
}

/** The result of the last run, which may be a test block, with its staleness. */
function resultText(known: KnownResult<string> | null): string[] {
  if (known === null) return []
  return [known.isStale ? 'Before the last edit:' : 'Last result:', code(known.value)]
}

function list(named: readonly { readonly name: string }[]): string {
  if (named.length === 0) return 'none'
  const shown = named.slice(0, MOST).map(({ name }) => `\`${name}\``)
  return named.length > MOST ? `${shown.join(', ')} and ${named.length - MOST} more` : shown.join(', ')
}

/** Returns a block of code. Its fence is longer than any in the text, which would end the block and be read as Markdown. */
function code(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2)
  const fence = '`'.repeat(longest + 1)
  return `${fence}iap\n${text}\n${fence}`
}
