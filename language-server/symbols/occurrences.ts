import {
  type CheckedProject,
  childrenOf,
  type Declaration,
  type Expression,
  type File,
  type Identity,
  isExpression,
  type Name,
  namesIn,
  type Placeholder,
  type RequestParts,
  type RuleDeclaration,
  type Span,
  type SyntaxNode,
  type TestCase,
  type TestDeclaration,
  type Text,
  type WrittenName,
} from '../../language/index.ts'
import { claimSymbol, type PolicySymbol, routeSymbol, symbolOf } from './symbol.ts'

/** A name in a text that stands for a symbol. The name of a claim may stand for those of several identities. */
export interface Occurrence {
  readonly span: Span
  readonly symbols: readonly PolicySymbol[]
  readonly isDeclaration: boolean
}

/** Returns every name in a file that stands for a symbol, in text order. */
export function occurrencesIn(file: File, project: CheckedProject): readonly Occurrence[] {
  const finder = new Finder(file, project)
  for (const one of file.imports) finder.import(one)
  for (const declaration of file.declarations) finder.declaration(declaration)
  finder.unread()
  return finder.found.sort((a, b) => a.span.start - b.span.start)
}

/** Variables by name, the innermost first: the parameters of a def and the variables of comprehensions. */
type Variables = ReadonlyMap<string, PolicySymbol>
const NONE: Variables = new Map()

class Finder {
  readonly found: Occurrence[] = []
  readonly #file: File
  readonly #project: CheckedProject

  constructor(file: File, project: CheckedProject) {
    this.#file = file
    this.#project = project
  }

  import({ names, from }: File['imports'][number]): void {
    const target = this.#project.importedFile(this.#file, from.value)
    if (target === null) return
    for (const name of names) {
      const declaration = target.declarations.find((one) => one.name.kind === 'Name' && one.name.text === name.text)
      if (declaration !== undefined && declaration.name.kind === 'Name')
        this.#refer(name, symbolOf(declaration as Parameters<typeof symbolOf>[0]))
    }
  }

  declaration(declaration: Declaration): void {
    if (declaration.kind !== 'TestDeclaration' && declaration.kind !== 'PropertyDeclaration')
      this.#declare(declaration.name, symbolOf(declaration))
    switch (declaration.kind) {
      case 'IdentityDeclaration':
        for (const { name } of declaration.claims) this.#declare(name, claimSymbol(declaration.name.text, name.text))
        return void this.#children(declaration, NONE)
      case 'RoleDeclaration':
        this.#named(...declaration.of)
        return void this.#children(declaration, NONE)
      case 'DefDeclaration': {
        const variables = new Map<string, PolicySymbol>()
        for (const { name } of declaration.params) variables.set(name.text, this.#variable(name))
        return void this.#children(declaration, variables)
      }
      case 'ServiceDeclaration':
        this.#named(...declaration.labels)
        for (const route of [...declaration.routes, ...declaration.operations]) {
          this.#declare(route.name, routeSymbol(declaration.name.text, route.name.text))
          this.#named(...route.labels)
        }
        return void this.#children(declaration, NONE)
      case 'RuleDeclaration':
        this.#named(...(declaration.to ?? []))
        return void this.#children(declaration, NONE)
      case 'TestDeclaration':
        this.#named(...declaration.given.filter((name): name is Name => name.kind === 'Name'))
        this.#expected(declaration.expect)
        this.#rows(declaration)
        return void this.#request(declaration)
      case 'FixtureDeclaration':
        return void this.#request(declaration)
      default:
        return void this.#children(declaration, NONE)
    }
  }

  /** Half a rule has names, too: those of what the parser could not read, between declarations or in them. */
  unread(): void {
    const known = new Set(this.found.map(({ span }) => span.start))
    for (const { source, start, end } of this.#unreadSpans())
      for (const name of namesIn(source, start, end)) if (!known.has(name.span.start)) this.#written(name)
  }

  *#unreadSpans(): Iterable<Span> {
    const { imports, declarations, span } = this.#file
    const { source } = span
    let read = 0
    for (const { span } of [...imports, ...declarations]) {
      if (span.start > read) yield { source, start: read, end: span.start }
      read = Math.max(read, span.end)
    }
    if (read < source.text.length) yield { source, start: read, end: source.text.length }
    const mistakes = this.#project.diagnostics.filter(
      (one) => one.code.startsWith('IAP1') && one.span.source.name === source.name,
    )
    if (mistakes.length === 0) return
    for (const { span } of declarations)
      if (mistakes.some(({ span: { start } }) => span.start <= start && start <= span.end)) yield span
  }

  #written({ text, span, of }: WrittenName): void {
    const { facts } = this.#project
    const found = facts.find(this.#file, of ?? text)
    if (of === null && found !== null) this.#add(span, [symbolOf(found)], false)
    else if (of === 'caller') this.#addClaim(text, span)
    else if (found?.kind === 'ServiceDeclaration' && found.routes.some(({ name }) => name.text === text))
      this.#add(span, [routeSymbol(found.name.text, text)], false)
  }

  /** A test may name rules that its file does not import. */
  #expected({ by, limit, shadow }: TestDeclaration['expect']): void {
    const names = [...(by?.kind === 'Name' ? [by] : []), ...(limit ?? []), ...(shadow ?? [])]
    for (const name of names) {
      const rule = rulesOf(this.#project).get(name.text)
      if (rule !== undefined) this.#refer(name, symbolOf(rule))
    }
  }

  /** Rows name fixtures, identities and rules in quotes, if the test has placeholders for them. */
  #rows({ given, caller, expect: { by }, cases }: TestDeclaration): void {
    if (cases === null) return
    const { facts } = this.#project
    const visible = [...given, ...(caller === null || caller === 'anonymous' ? [] : [caller.identity])]
    for (const name of quotedNames(visible, cases)) {
      const found = facts.find(this.#file, name.text)
      if (found?.kind === 'FixtureDeclaration' || found?.kind === 'IdentityDeclaration') this.#refer(name, symbolOf(found))
    }
    for (const name of quotedNames(by === null ? [] : [by], cases)) {
      const rule = rulesOf(this.#project).get(name.text)
      if (rule !== undefined) this.#refer(name, symbolOf(rule))
    }
  }

  #request({ caller, data }: RequestParts): void {
    this.#named(...data.map(({ name }) => name))
    if (caller === null || caller === 'anonymous') return
    const { identity, claims } = caller
    if (identity.kind !== 'Name') return
    this.#named(identity)
    if (claims.kind !== 'JsonObject') return
    const declared = this.#project.facts.model.identities.find(({ name }) => name === identity.text)
    for (const { key } of claims.members)
      if (key.kind === 'Name' && declared?.claims.has(key.text)) this.#refer(key, claimSymbol(identity.text, key.text))
  }

  #children(node: SyntaxNode, variables: Variables): void {
    for (const child of childrenOf(node)) {
      if (isExpression(child)) this.#expression(child, variables)
      else this.#node(child, variables)
    }
  }

  #node(node: SyntaxNode, variables: Variables): void {
    switch (node.kind) {
      case 'NamedType':
        return void this.#named(node.name)
      case 'LabelTarget':
        return void this.#named(node.label)
      case 'ServiceTarget':
        return void this.#named(node.service)
      case 'RouteTarget':
        this.#named(node.service)
        return void this.#refer(node.route, routeSymbol(node.service.text, node.route.text))
      default:
        return void this.#children(node, variables)
    }
  }

  #expression(expression: Expression, variables: Variables): void {
    switch (expression.kind) {
      case 'Identifier':
        return void this.#identifier(expression, variables)
      case 'Is':
        this.#named(expression.name)
        break
      case 'Call':
        this.#callee(expression)
        break
      case 'Member':
      case 'OptionalMember':
        this.#claim(expression)
        break
      case 'Comprehension': {
        this.#expression(expression.range, variables)
        const inside = new Map(variables).set(expression.variable.text, this.#variable(expression.variable))
        for (const one of [expression.filter, expression.body]) if (one !== null) this.#expression(one, inside)
        return
      }
    }
    this.#children(expression, variables)
  }

  #identifier(expression: Extract<Expression, { kind: 'Identifier' }>, variables: Variables): void {
    const variable = variables.get(expression.name)
    if (variable !== undefined) return void this.#add(expression.span, [variable], false)
    const reference = this.#project.facts.referenceOf(expression)
    if (reference?.kind === 'root')
      return void this.#add(expression.span, [{ kind: 'root', key: `root ${reference.root}` }], false)
    const found = this.#project.facts.find(this.#file, expression.name)
    if (found !== null) this.#add(expression.span, [symbolOf(found)], false)
  }

  #callee(call: Extract<Expression, { kind: 'Call' }>): void {
    const { name, receiver } = call
    const found = receiver === null ? this.#project.facts.find(this.#file, name.text) : null
    if (found?.kind === 'DefDeclaration') return void this.#refer(name, symbolOf(found))
    const reference = this.#project.facts.referenceOf(call)
    if (reference?.kind === 'builtin') this.#refer(name, { kind: 'builtin', key: `builtin ${reference.id}` })
  }

  /** The claim of each identity that declares it: the checker knows which of them the caller may be, if it needs to. */
  #claim({ object, field }: Extract<Expression, { kind: 'Member' | 'OptionalMember' }>): void {
    if (object.kind === 'Identifier' && object.name === 'caller') this.#addClaim(field.text, field.span)
  }

  #addClaim(claim: string, span: Span): void {
    const { identities } = this.#project.facts.model
    const symbols = identities.flatMap(({ name, claims }: Identity) => (claims.has(claim) ? [claimSymbol(name, claim)] : []))
    if (symbols.length > 0) this.#add(span, symbols, false)
  }

  #named(...names: readonly Name[]): void {
    for (const name of names) {
      const found = this.#project.facts.find(this.#file, name.text)
      if (found !== null) this.#refer(name, symbolOf(found))
    }
  }

  #variable(name: Name): PolicySymbol {
    const { source, start } = name.span
    const symbol: PolicySymbol = { kind: 'variable', key: `variable ${source.name}:${start}` }
    this.#declare(name, symbol)
    return symbol
  }

  #declare({ span }: Name, symbol: PolicySymbol): void {
    this.#add(span, [symbol], true)
  }

  #refer({ span }: Name, symbol: PolicySymbol): void {
    this.#add(span, [symbol], false)
  }

  #add(span: Span, symbols: readonly PolicySymbol[], isDeclaration: boolean): void {
    this.found.push({ span, symbols, isDeclaration })
  }
}

/** Returns the texts that rows have for placeholders, without their quotes. Escaped ones are left out: they do not read as names. */
function quotedNames(nodes: readonly (Name | Placeholder)[], rows: readonly TestCase[]): readonly Name[] {
  const wanted = new Set(nodes.flatMap((node) => (node.kind === 'Placeholder' ? [node.name] : [])))
  const members = rows.flatMap(({ values }) => values.members).filter(({ key }) => wanted.has(keyText(key)))
  return members.flatMap(({ value }): readonly Name[] => {
    if (value.kind !== 'JsonScalar' || typeof value.value !== 'string') return []
    const span = { ...value.span, start: value.span.start + 1, end: value.span.end - 1 }
    const text = span.source.text.slice(span.start, span.end)
    return text === value.value ? [{ kind: 'Name', text, span }] : []
  })
}

function keyText(key: Name | Text): string {
  return key.kind === 'Name' ? key.text : key.value
}

/** The rules of a project by name, once for each check: large policies have as many tests as rules. */
const rules = new WeakMap<CheckedProject, ReadonlyMap<string, RuleDeclaration>>()

function rulesOf(project: CheckedProject): ReadonlyMap<string, RuleDeclaration> {
  const known = rules.get(project)
  if (known !== undefined) return known
  const found = new Map<string, RuleDeclaration>()
  // Of several with one name, the first counts.
  for (const one of project.facts.declarations.toReversed()) if (one.kind === 'RuleDeclaration') found.set(one.name.text, one)
  rules.set(project, found)
  return found
}
