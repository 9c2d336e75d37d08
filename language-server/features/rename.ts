import type { WorkspaceEdit } from 'vscode-languageserver-types'
import {
  type Declaration,
  type File,
  hasMeaning,
  NAMESPACES,
  type Name,
  type Named,
  parse,
  ROOTS,
  type RouteDeclaration,
  type ServiceDeclaration,
  type Span,
  visit,
} from '../../language/index.ts'
import type { Occurrence } from '../symbols/occurrences.ts'
import type { PolicySymbol, SymbolKind } from '../symbols/symbol.ts'
import { rangeOf } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { PolicyFile, Workspace } from '../workspace/workspace.ts'
import { configured, occurrenceAt, occurrencesOf } from './navigation.ts'

/** The kinds of symbols whose names are written nowhere but in policies and configurations. */
const RENAMED: ReadonlySet<SymbolKind> = new Set([
  ...(['type', 'identity', 'role', 'label', 'data', 'def', 'service', 'route'] as const),
  ...(['rule', 'invariant', 'fixture', 'variable'] as const),
])

/** Returns the name to rename; a sentence if it cannot be renamed. */
export function renamedAt(policy: PolicyFile, offset: number): Occurrence | string {
  const occurrence = occurrenceAt(policy, offset)
  const [symbol] = occurrence?.symbols ?? []
  if (occurrence === null || symbol === undefined) return 'there is no name to rename here'
  if (symbol.kind === 'claim')
    return 'a claim has the name that tokens give it: declare it with `from "…"` to read it by another name'
  if (symbol.kind === 'route' && routeDeclaration(policy.project, symbol) === null)
    return 'an operation has the name that its document gives it'
  return RENAMED.has(symbol.kind) ? occurrence : 'this is a name of the language, which cannot be renamed'
}

/** Returns the service and the name of a route. */
function partsOfRoute({ key }: PolicySymbol): readonly [string, string] {
  const dot = key.lastIndexOf('.')
  return [key.slice('route '.length, dot), key.slice(dot + 1)]
}

function serviceNamed({ facts }: Project, name: string): ServiceDeclaration | null {
  const found = facts.declarations.find((one) => one.kind === 'ServiceDeclaration' && one.name.text === name)
  return found?.kind === 'ServiceDeclaration' ? found : null
}

/** Returns the declaration of a route; null if it is an operation of a document. */
function routeDeclaration(project: Project, symbol: PolicySymbol): RouteDeclaration | null {
  const [service, route] = partsOfRoute(symbol)
  return serviceNamed(project, service)?.routes.find(({ name }) => name.text === route) ?? null
}

/** Returns the edits of all files; a sentence if the name cannot be given. */
export function renameAt(workspace: Workspace, policy: PolicyFile, offset: number, name: string): WorkspaceEdit | string {
  const { project } = policy
  const occurrence = renamedAt(policy, offset)
  if (typeof occurrence === 'string') return occurrence
  const [symbol] = occurrence.symbols
  const before = textOf(occurrence)
  if (symbol === undefined || name === before) return { changes: {} }
  const places = [...occurrencesOf(project, occurrence)]
  if (places.filter(({ isDeclaration }) => isDeclaration).length > 1) return `\`${before}\` is declared more than once`
  const refused = whyNoName(name) ?? whyTaken(project, symbol, places, name) ?? whyConfigured(workspace, policy, symbol, name)
  if (refused !== null) return refused
  const changes: NonNullable<WorkspaceEdit['changes']> = {}
  for (const [file, found] of placesByFile(project, places)) {
    const source = file.span.source.name
    if (!keepsForm(file, found, name)) return `\`${name}\` would mean something else in \`${source}\``
    changes[workspace.uriOf(project, source)] = found.map(({ span }) => ({ range: rangeOf(span), newText: name }))
  }
  for (const { uri, range } of configured(workspace, policy, occurrence.symbols, false))
    changes[uri] = [...(changes[uri] ?? []), { range, newText: name }]
  if (symbol.kind !== 'variable') project.noteRename(symbol, before, name)
  return { changes }
}

/** Returns the files with any of some names, each with those in it. */
function placesByFile({ checked }: Project, places: readonly Occurrence[]): ReadonlyMap<File, readonly Occurrence[]> {
  const found = new Map(checked.files.map((file) => [file.span.source.name, { file, places: [] as Occurrence[] }]))
  for (const place of places) found.get(place.span.source.name)?.places.push(place)
  return new Map([...found.values()].filter((one) => one.places.length > 0).map((one) => [one.file, one.places]))
}

/** Words that are never names. */
const RESERVED: ReadonlySet<string> = new Set(['in', 'as', 'import', 'true', 'false', 'null', 'mfa', 'acr', 'auth'])

function whyNoName(name: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return `\`${name}\` is not a name: use letters, digits and \`_\`, and no digit first`
  if (RESERVED.has(name)) return `\`${name}\` is a word of the language, and no name`
  return name.startsWith('__') ? `\`${name}\` begins with two underscores, which are reserved` : null
}

/** Returns a sentence if something else has the name where it would be used. */
function whyTaken(project: Project, symbol: PolicySymbol, places: readonly Occurrence[], name: string): string | null {
  if (symbol.kind === 'route') return whyTakenByRoute(project, symbol, name)
  const { facts } = project
  const using = [...placesByFile(project, places).keys()]
  if (symbol.kind === 'variable') return whyTakenInside(project, using, places, name)
  const declared = places.find(({ isDeclaration }) => isDeclaration)?.span
  const declaration = facts.declarations.find(({ name: { kind, span } }) => span === declared && kind === 'Name')
  if (declaration !== undefined && hasMeaning(renamed(declaration, name)))
    return `\`${name}\` has a meaning of its own in the language`
  const other = facts.declarations.find((one) => one.name.text === name && one.kind !== 'TypeDeclaration')
  const visible = using.map((file) => facts.visibleIn(file).get(name)).find((one) => one !== undefined)
  const taken = symbol.kind === 'type' ? visible : (other ?? visible)
  if (taken !== undefined) return `\`${name}\` is declared already, in \`${taken.span.source.name}\``
  const former = facts.declarations.find((one) => hadName(one, name))
  if (former !== undefined) return `\`${name}\` is the former name of \`${former.name.text}\``
  const hides = symbol.kind === 'data' || symbol.kind === 'def'
  const variable = using.find((file) => hides && project.occurrencesIn(file).some((one) => isVariable(one, name)))
  return variable === undefined ? null : `\`${name}\` is a variable in \`${variable.span.source.name}\``
}

function renamed(declaration: Named, text: string): Named {
  return { ...declaration, name: { ...declaration.name, text } }
}

function whyTakenByRoute(project: Project, symbol: PolicySymbol, name: string): string | null {
  const [service] = partsOfRoute(symbol)
  const routes = serviceNamed(project, service)?.routes ?? []
  const isTaken = project.facts.model.routes.some((route) => route.name === `${service}.${name}`)
  if (isTaken || routes.some((route) => route.name.text === name)) return `\`${service}\` has a route \`${name}\` already`
  const former = routes.find((route) => hadName(route, name))
  return former === undefined ? null : `\`${name}\` is the former name of \`${former.name.text}\``
}

function hadName({ annotations }: Pick<Declaration, 'annotations'>, name: string): boolean {
  return annotations.some((one) => one.name.text === 'was' && one.argument.value === name)
}

/** A configuration that has the name already would have two entries of it, or mean something else by it. */
function whyConfigured(workspace: Workspace, policy: PolicyFile, { kind }: PolicySymbol, name: string): string | null {
  const [entry] = configured(workspace, policy, [{ kind, key: `${kind} ${name}` }], false)
  return entry === undefined ? null : `\`${name}\` is in \`${entry.uri.slice(entry.uri.lastIndexOf('/') + 1)}\` already`
}

/** What conditions read or call by a name before a dot. */
const READ: ReadonlySet<string> = new Set([...ROOTS, ...NAMESPACES])

/** A variable must not have the name of another one in its declaration, nor a name that conditions read. */
function whyTakenInside(project: Project, [file]: readonly File[], places: readonly Occurrence[], name: string): string | null {
  if (file === undefined) return null
  if (READ.has(name)) return `\`${name}\` has a meaning of its own in the language`
  const visible = project.facts.visibleIn(file).get(name)
  if (visible?.kind === 'DataDeclaration' || visible?.kind === 'DefDeclaration')
    return `\`${name}\` is declared already, in \`${visible.span.source.name}\``
  const within = file.declarations.find(({ span }) => places.some((place) => contains(span, place)))
  const scopes = within === undefined ? [] : scopesIn(within)
  const own = scopes.find(({ variable }) => places.some(({ span }) => span.start === variable.span.start))
  const isHidden = scopes.some((one) => one.variable.text === name && own !== undefined && overlap(one.span, own.span))
  return isHidden ? `\`${name}\` is a variable here already` : null
}

/** Returns the variables of a declaration, each with the part of the text in which it can be read. */
function scopesIn(declaration: Declaration): readonly { readonly variable: Name; readonly span: Span }[] {
  const found: { variable: Name; span: Span }[] = []
  if (declaration.kind === 'DefDeclaration')
    for (const { name } of declaration.params) found.push({ variable: name, span: declaration.span })
  visit(declaration, (node) => {
    if (node.kind === 'Comprehension') found.push({ variable: node.variable, span: node.span })
  })
  return found
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end
}

function contains({ start, end }: Declaration['span'], { span }: Occurrence): boolean {
  return start <= span.start && span.end <= end
}

function isVariable(occurrence: Occurrence, name: string): boolean {
  return occurrence.symbols[0]?.kind === 'variable' && textOf(occurrence) === name
}

function textOf({ span }: Occurrence): string {
  return span.source.text.slice(span.start, span.end)
}

/** Returns whether a file has the same tree but for the name. A word such as `when` can be a keyword where the name stands. */
function keepsForm(file: File, places: readonly Occurrence[], name: string): boolean {
  const { name: source, text } = file.span.source
  let end = 0
  const parts: string[] = []
  for (const { span } of places.toSorted((a, b) => a.span.start - b.span.start)) {
    parts.push(text.slice(end, span.start), name)
    end = span.end
  }
  return formOf(parse({ name: source, text: parts.join('') + text.slice(end) }).result) === formOf(file)
}

function formOf(file: File): string {
  const kinds: string[] = []
  visit(file, ({ kind }) => void kinds.push(kind))
  return kinds.join()
}
