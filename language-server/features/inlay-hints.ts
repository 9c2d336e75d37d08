/** Inlay hints: parts that a policy leaves out, as they follow from its declarations. */
import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver-types'
import {
  type Call,
  type Comprehension,
  type DefDeclaration,
  type Expression,
  type Name,
  type RuleDeclaration,
  type ServiceDeclaration,
  type Span,
  type SyntaxNode,
  showType,
  type Type,
  visit,
} from '../../language/index.ts'
import { offsetOf, placeOf } from '../text/positions.ts'
import type { PolicyFile } from '../workspace/workspace.ts'

/** Which hints a client wants: `iap.inlayHints` in its configuration. */
export interface InlayHintSettings {
  /** The type of a variable: `groups.exists(group: string, …)`. */
  readonly variableTypes: boolean
  /** The parameter of an argument of a def: `owns(order: params.id)`. */
  readonly parameterNames: boolean
  /** The labels that a route has by its service. */
  readonly serviceLabels: boolean
  /** The identities of a role in `to`: `to admin of staff`. */
  readonly roleIdentities: boolean
}

export const INLAY_HINTS: InlayHintSettings = {
  variableTypes: true,
  parameterNames: true,
  serviceLabels: true,
  roleIdentities: false,
}

/** Returns the settings in a client's configuration; the default for what it lacks, or has as another type. */
export function readInlayHintSettings(configured: unknown): InlayHintSettings {
  const given: Readonly<Record<string, unknown>> = typeof configured === 'object' ? { ...configured } : {}
  const read = Object.entries(INLAY_HINTS).map(([name, standard]) => {
    const value = given[name]
    return [name, typeof value === 'boolean' ? value : standard]
  })
  return Object.fromEntries(read)
}

export function inlayHintsIn(policy: PolicyFile, range: Range, settings: InlayHintSettings): InlayHint[] {
  const { file, source } = policy
  const [start, end] = [offsetOf(source, range.start), offsetOf(source, range.end)]
  const hints: InlayHint[] = []
  visit(file, (node) => {
    if (node.span.end < start || node.span.start > end) return false
    hints.push(...hintsAt(policy, node, settings))
    return true
  })
  return hints
}

function hintsAt(policy: PolicyFile, node: SyntaxNode, settings: InlayHintSettings): readonly InlayHint[] {
  switch (node.kind) {
    case 'Comprehension':
      return settings.variableTypes ? typeOfVariable(policy, node) : []
    case 'Call':
      return settings.parameterNames ? namesOfParameters(policy, node) : []
    case 'ServiceDeclaration':
      return settings.serviceLabels ? labelsOfRoutes(node) : []
    case 'RuleDeclaration':
      return settings.roleIdentities ? identitiesOfRoles(policy, node) : []
    default:
      return []
  }
}

function typeOfVariable({ project }: PolicyFile, { range, variable }: Comprehension): readonly InlayHint[] {
  const type = elementOf(project.facts.typeOf(range))
  if (type === null || type.kind === 'unknown') return []
  return [hintAt(variable.span, 'end', `: ${showType(type)}`, InlayHintKind.Type)]
}

function elementOf(type: Type | null): Type | null {
  if (type === null) return null
  if ('element' in type) return type.element
  if (type.kind === 'optional') return type.value
  return type.kind === 'map' ? { kind: 'string' } : null
}

function namesOfParameters({ project, file }: PolicyFile, call: Call): readonly InlayHint[] {
  const found = call.receiver === null ? project.facts.find(file, call.name.text) : null
  if (found?.kind !== 'DefDeclaration') return []
  return call.arguments.flatMap((argument, at) => nameOfParameter(found, argument, at))
}

/** None if the argument says the same: `owns(order)`, `owns(params.order)`. */
function nameOfParameter({ params }: DefDeclaration, argument: Expression, at: number): readonly InlayHint[] {
  const name = params[at]?.name.text
  const last = argument.kind === 'Member' || argument.kind === 'OptionalMember' ? argument.field.text : null
  const own = argument.kind === 'Identifier' ? argument.name : last
  if (name === undefined || name === own) return []
  return [{ ...hintAt(argument.span, 'start', `${name}:`, InlayHintKind.Parameter), paddingRight: true }]
}

function labelsOfRoutes({ labels, routes, operations }: ServiceDeclaration): readonly InlayHint[] {
  if (labels.length === 0) return []
  return [...routes, ...operations].flatMap((route) => {
    const own = route.labels.map(({ text }) => text)
    const more = labels.map(({ text }) => text).filter((text) => !own.includes(text))
    if (more.length === 0) return []
    const text = own.length === 0 ? ` is ${more.join(', ')}` : `, ${more.join(', ')}`
    return [{ ...hintAt(route.span, 'end', text), tooltip: 'from its service' }]
  })
}

function identitiesOfRoles({ project, file }: PolicyFile, { to }: RuleDeclaration): readonly InlayHint[] {
  return (to ?? []).flatMap((name: Name) => {
    const role = project.facts.find(file, name.text)
    if (role?.kind !== 'RoleDeclaration' || role.of.length === 0) return []
    return [hintAt(name.span, 'end', ` of ${role.of.map(({ text }) => text).join(', ')}`, InlayHintKind.Type)]
  })
}

/** Longer labels move the text that one reads out of sight. */
const LONGEST = 40

function hintAt({ source, ...span }: Span, side: 'start' | 'end', text: string, kind?: InlayHintKind): InlayHint {
  const isLong = text.length > LONGEST
  return {
    position: placeOf(source, span[side]),
    label: isLong ? `${text.slice(0, LONGEST)}…` : text,
    ...(isLong ? { tooltip: text } : {}),
    ...(kind === undefined ? {} : { kind }),
  }
}
