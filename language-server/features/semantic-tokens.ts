/**
 * Semantic tokens: the kind of each name, as the check resolved it, and the keywords. Numbers, comments and texts have none, but for
 * the names in the rows of a test.
 */
import { SemanticTokensBuilder } from 'vscode-languageserver/lib/common/semanticTokens.js'
import type { Range, SemanticTokens, SemanticTokensDelta, SemanticTokensLegend } from 'vscode-languageserver-types'
import {
  type CheckedProject,
  type Declaration,
  keywordsIn,
  NAMESPACES,
  type Name,
  type Named,
  type Span,
  type SyntaxNode,
  visit,
} from '../../language/index.ts'
import type { Occurrence } from '../symbols/occurrences.ts'
import { routeSymbol, type SymbolKind, symbolOf } from '../symbols/symbol.ts'
import { offsetOf, placeOf } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { PolicyFile } from '../workspace/workspace.ts'

const TYPES = [
  ...(['namespace', 'class', 'interface', 'enum', 'enumMember', 'type', 'parameter', 'variable', 'property'] as const),
  ...(['function', 'method', 'event', 'decorator', 'keyword'] as const),
]
const MODIFIERS = ['declaration', 'deprecated', 'readonly', 'defaultLibrary'] as const

export const SEMANTIC_TOKENS: SemanticTokensLegend = { tokenTypes: [...TYPES], tokenModifiers: [...MODIFIERS] }

type TokenType = (typeof TYPES)[number]
type Modifier = (typeof MODIFIERS)[number]

/** A token that is on one line. */
export interface SemanticToken {
  readonly span: Span
  readonly type: TokenType
  readonly modifiers: readonly Modifier[]
}

const KINDS: Readonly<Record<SymbolKind, TokenType>> = {
  type: 'type',
  identity: 'class',
  role: 'interface',
  label: 'enum',
  data: 'variable',
  def: 'function',
  service: 'namespace',
  route: 'method',
  rule: 'method',
  invariant: 'event',
  fixture: 'variable',
  claim: 'property',
  variable: 'variable',
  builtin: 'function',
  root: 'variable',
}

/** Returns the tokens of a policy in text order, none of which overlap; within a range only, if one is given. */
export function semanticTokensOf(policy: PolicyFile, range?: Pick<Span, 'start' | 'end'>): readonly SemanticToken[] {
  const found = new Map<number, SemanticToken>()
  const add = (span: Span, type: TokenType, ...modifiers: readonly Modifier[]) => {
    if (span.end > span.start && !found.has(span.start)) found.set(span.start, { span, type, modifiers })
  }
  const parameters = parametersIn(policy)
  for (const occurrence of policy.project.occurrencesIn(policy.file)) {
    const token = tokenOf(policy.project, occurrence, parameters)
    if (token !== null) add(token.span, token.type, ...token.modifiers)
  }
  visit(policy.file, (node) => unresolved(node, add))
  for (const span of keywordsIn(policy.file)) add(span, 'keyword')
  const { start, end } = range ?? policy.file.span
  const within = [...found.values()].filter(({ span }) => span.start < end && start < span.end)
  return within.sort((a, b) => a.span.start - b.span.start)
}

/** The results that clients were sent, so that the next one can be sent as its difference. */
export class SemanticTokensResults {
  readonly #builders = new Map<string, SemanticTokensBuilder>()

  full(uri: string, policy: PolicyFile): SemanticTokens {
    const builder = new SemanticTokensBuilder()
    this.#builders.set(uri, builder)
    push(builder, semanticTokensOf(policy))
    return builder.build()
  }

  /** Returns the difference to the result of an ID; all tokens if that is not the last result of the document. */
  delta(uri: string, policy: PolicyFile, previous: string): SemanticTokens | SemanticTokensDelta {
    const builder = this.#builders.get(uri)
    if (builder?.id !== previous) return this.full(uri, policy)
    builder.previousResult(previous)
    push(builder, semanticTokensOf(policy))
    return builder.buildEdits()
  }

  forget(uri: string): void {
    this.#builders.delete(uri)
  }
}

export function semanticTokensIn(policy: PolicyFile, range: Range): SemanticTokens {
  const builder = new SemanticTokensBuilder()
  const [start, end] = [offsetOf(policy.source, range.start), offsetOf(policy.source, range.end)]
  push(builder, semanticTokensOf(policy, { start, end }))
  return { data: builder.build().data }
}

function push(builder: SemanticTokensBuilder, tokens: readonly SemanticToken[]): void {
  for (const { span, type, modifiers } of tokens) {
    const { line, character } = placeOf(span.source, span.start)
    const bits = modifiers.reduce((all, modifier) => all | (1 << MODIFIERS.indexOf(modifier)), 0)
    builder.push(line, character, span.end - span.start, TYPES.indexOf(type), bits)
  }
}

function tokenOf(project: Project, occurrence: Occurrence, parameters: ReadonlySet<string>): SemanticToken | null {
  const { span, symbols, isDeclaration } = occurrence
  const [symbol] = symbols
  if (symbol === undefined) return null
  const modifiers: Modifier[] = isDeclaration ? ['declaration'] : []
  if (deprecatedIn(project.checked).has(symbol.key)) modifiers.push('deprecated')
  if (READONLY.has(symbol.kind)) modifiers.push('readonly')
  if (symbol.kind === 'builtin' || symbol.kind === 'root') modifiers.push('defaultLibrary')
  return { span, type: parameters.has(symbol.key) ? 'parameter' : KINDS[symbol.kind], modifiers }
}

/** Symbols with the annotation `@deprecated`, by the check that found them. */
const deprecated = new WeakMap<CheckedProject, ReadonlySet<string>>()

function deprecatedIn(checked: CheckedProject): ReadonlySet<string> {
  const known = deprecated.get(checked)
  if (known !== undefined) return known
  const found = new Set<string>()
  for (const { declarations } of checked.files)
    for (const declaration of declarations) {
      if (isDeprecated(declaration) && declaration.name.kind === 'Name') found.add(symbolOf(declaration as Named).key)
      if (declaration.kind !== 'ServiceDeclaration') continue
      for (const route of [...declaration.routes, ...declaration.operations])
        if (isDeprecated(route)) found.add(routeSymbol(declaration.name.text, route.name.text).key)
    }
  deprecated.set(checked, found)
  return found
}

function isDeprecated({ annotations }: Pick<Declaration, 'annotations'>): boolean {
  return annotations.some(({ name }) => name.text === 'deprecated')
}

/** Nothing in a policy is assigned twice, so `readonly` marks inputs alone. */
const READONLY: ReadonlySet<SymbolKind> = new Set<SymbolKind>(['data', 'root', 'fixture'])

/** Returns the symbols of the parameters of defs; other variables are of comprehensions. */
function parametersIn({ file }: PolicyFile): ReadonlySet<string> {
  const { name } = file.span.source
  const params = file.declarations.flatMap((one) => (one.kind === 'DefDeclaration' ? one.params : []))
  return new Set(params.map((param) => `variable ${name}:${param.name.span.start}`))
}

/** Adds names that stand for no symbol: built-in types, methods of identities, fields and keys. */
function unresolved(node: SyntaxNode, add: (span: Span, type: TokenType, ...modifiers: readonly Modifier[]) => void): void {
  const builtin = (name: Name, type: TokenType): void => add(name.span, type, 'defaultLibrary')
  switch (node.kind) {
    case 'NamedType':
    case 'GenericType':
      return void builtin(node.name, 'type')
    case 'Field':
      return void add(node.name.span, 'property', 'declaration')
    case 'Member':
    case 'OptionalMember':
      return void add(node.field.span, 'property')
    case 'Call':
      return void add(node.name.span, 'function')
    case 'Identifier':
      if (NAMESPACES.some((name) => name === node.name)) add(node.span, 'namespace', 'defaultLibrary')
      else add(node.span, 'variable')
      break
    case 'Annotation':
      return void add(node.name.span, 'decorator', 'defaultLibrary')
    case 'IdentityDeclaration':
      for (const method of node.methods) builtin(method, 'enumMember')
      break
    case 'RouteDeclaration':
      for (const method of node.methods) if (method.kind === 'Name') builtin(method, 'enumMember')
      break
    case 'RuleDeclaration':
      for (const principal of node.to ?? []) builtin(principal, 'enumMember')
      break
    case 'Is':
      return void builtin(node.name, 'enumMember')
    case 'JsonObject':
      for (const { key } of node.members) if (key.kind === 'Name') add(key.span, 'property')
      break
    case 'TestDeclaration':
    case 'FixtureDeclaration':
      if (node.method?.kind === 'Name') builtin(node.method, 'enumMember')
      break
  }
}
