import { type DocumentHighlight, DocumentHighlightKind, type Location } from 'vscode-languageserver-types'
import type { File } from '../../language/index.ts'
import { nameLocations } from '../config/name-locations.ts'
import type { Occurrence } from '../symbols/occurrences.ts'
import type { PolicySymbol, SymbolKind } from '../symbols/symbol.ts'
import { rangeOf } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { PolicyFile, Workspace } from '../workspace/workspace.ts'

/** Returns the name at an offset that stands for a symbol. Its end counts as inside. */
export function occurrenceAt({ project, file }: PolicyFile, offset: number): Occurrence | null {
  const touching = project.occurrencesIn(file).filter(({ span }) => span.start <= offset && offset <= span.end)
  return touching.find(({ span }) => offset < span.end) ?? touching[0] ?? null
}

/** Returns the declaration of a name; from the declaration itself also the entries in configurations. */
export function definitionAt(workspace: Workspace, policy: PolicyFile, offset: number): Location[] {
  const occurrence = occurrenceAt(policy, offset)
  if (occurrence === null) return []
  const declared = [...occurrencesOf(policy.project, occurrence)]
    .filter(({ isDeclaration }) => isDeclaration)
    .map((one) => locationOf(workspace, policy.project, one))
  return occurrence.isDeclaration ? [...declared, ...configured(workspace, policy, occurrence.symbols, true)] : declared
}

export function referencesAt(workspace: Workspace, policy: PolicyFile, offset: number, withDeclaration: boolean): Location[] {
  const occurrence = occurrenceAt(policy, offset)
  if (occurrence === null) return []
  return [...occurrencesOf(policy.project, occurrence)]
    .filter(({ isDeclaration }) => withDeclaration || !isDeclaration)
    .map((one) => locationOf(workspace, policy.project, one))
    .concat(configured(workspace, policy, occurrence.symbols, false))
}

/** The kinds of symbols that configurations name. */
const CONFIGURED: ReadonlySet<SymbolKind> = new Set(['identity', 'service', 'data', 'label'])

/** Returns the places in configurations that stand for any of some symbols of a policy. */
export function configured(
  workspace: Workspace,
  { project }: PolicyFile,
  symbols: readonly PolicySymbol[],
  entriesOnly: boolean,
): Location[] {
  if (!symbols.some(({ kind }) => CONFIGURED.has(kind))) return []
  return nameLocations(workspace, workspace.configs.of(project), symbols, entriesOnly)
}

export function highlightsAt(policy: PolicyFile, offset: number): DocumentHighlight[] {
  const occurrence = occurrenceAt(policy, offset)
  if (occurrence === null) return []
  return policy.project
    .occurrencesIn(policy.file)
    .filter((one) => isSame(one, occurrence))
    .map(({ span, isDeclaration }) => ({
      range: rangeOf(span),
      kind: isDeclaration ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }))
}

/** Returns all names in a project that stand for the same symbol. */
export function* occurrencesOf(project: Project, occurrence: Occurrence): Iterable<Occurrence> {
  const written = occurrence.span.source.text.slice(occurrence.span.start, occurrence.span.end)
  for (const file of filesOf(project, occurrence.symbols)) {
    // Most files do not have the word at all.
    if (!file.span.source.text.includes(written)) continue
    for (const one of project.occurrencesIn(file)) if (isSame(one, occurrence)) yield one
  }
}

/** Variables are known in their file alone. */
function filesOf({ checked }: Project, [symbol]: readonly PolicySymbol[]): readonly File[] {
  if (symbol?.kind !== 'variable') return checked.files
  return checked.files.filter(({ span }) => symbol.key.startsWith(`variable ${span.source.name}:`))
}

function isSame(one: Occurrence, other: Occurrence): boolean {
  return one.symbols.some(({ key }) => other.symbols.some((symbol) => symbol.key === key))
}

export function locationOf(workspace: Workspace, project: Project, { span }: Occurrence): Location {
  return { uri: workspace.uriOf(project, span.source.name), range: rangeOf(span) }
}
