import { CompletionItemKind, type TextEdit } from 'vscode-languageserver-types'
import { type File, importFix, type Named } from '../../language/index.ts'
import { hasInOrder } from '../text/has-in-order.ts'
import { rangeOf } from '../text/positions.ts'
import type { PolicyFile } from '../workspace/workspace.ts'
import { type Candidate, RANK } from './candidate.ts'
import type { Completing } from './completing.ts'

type Kind = Named['kind']

/** Returns the declared names of some kinds: those that the file sees, and those of others with their import. */
export function* namesOf({ policy, typed }: Completing, ...kinds: readonly Kind[]): Iterable<Candidate> {
  const { facts } = policy.project
  const visible = facts.visibleIn(policy.file)
  for (const [name, declaration] of visible)
    if (kinds.includes(declaration.kind)) yield { ...candidateOf(declaration), label: name, rank: RANK.own }
  const letters = typed.toLowerCase()
  const importable = importsOf(policy)
  let count = 0
  for (const declaration of facts.declarations) {
    const { name, kind } = declaration
    if (!kinds.includes(kind) || visible.has(name.text) || !hasInOrder(name.text.toLowerCase(), letters)) continue
    const edits = importable(declaration)
    if (edits === null) continue
    yield { ...candidateOf(declaration), rank: RANK.elsewhere, edits }
    count += 1
    if (count > MOST) return
  }
}

/** Maximum names of other files. With a letter more there are fewer. */
const MOST = 500

/** Returns the names of some kinds in all files of the project, which are written without an import. */
export function* allNamesOf({ policy, typed }: Completing, ...kinds: readonly Kind[]): Iterable<Candidate> {
  yield* firstOf(policy.project.facts.declarations, typed, ({ kind }) => kinds.includes(kind))
}

/** Returns the first declarations that match the typed letters: to describe all of a large project would take too long. */
export function* firstOf(
  declarations: readonly Named[],
  typed: string,
  isWanted: (declaration: Named) => boolean,
): Iterable<Candidate> {
  const letters = typed.toLowerCase()
  let count = 0
  for (const declaration of declarations) {
    if (!isWanted(declaration) || !hasInOrder(declaration.name.text.toLowerCase(), letters)) continue
    yield candidateOf(declaration)
    count += 1
    if (count > MOST) return
  }
}

export function candidateOf(declaration: Named): Candidate {
  const { name, kind, doc } = declaration
  return {
    ...{ label: name.text, kind: KINDS[kind], rank: RANK.own, detail: detailOf(declaration) },
    ...(doc === null ? {} : { doc }),
  }
}

const KINDS: Readonly<Record<Kind, CompletionItemKind>> = {
  TypeDeclaration: CompletionItemKind.Struct,
  IdentityDeclaration: CompletionItemKind.Class,
  RoleDeclaration: CompletionItemKind.Interface,
  LabelDeclaration: CompletionItemKind.Enum,
  DataDeclaration: CompletionItemKind.Variable,
  DefDeclaration: CompletionItemKind.Function,
  ServiceDeclaration: CompletionItemKind.Module,
  RuleDeclaration: CompletionItemKind.Method,
  InvariantDeclaration: CompletionItemKind.Property,
  FixtureDeclaration: CompletionItemKind.Constant,
}

/** The first line of a declaration from its keyword on. */
function detailOf({ name, span }: Named): string {
  const { text } = span.source
  const start = Math.max(text.lastIndexOf('\n', name.span.start) + 1, span.start)
  const end = text.indexOf('\n', name.span.start)
  const line = text.slice(start, end === -1 ? span.end : Math.min(end, span.end))
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}

const LONGEST = 100

/** Returns a function from a declaration to the edits that import it; null if the import would close a cycle. */
function importsOf({ project, file }: PolicyFile): (declaration: Named) => readonly TextEdit[] | null {
  const { files, importedFile } = project.checked
  const importers = importersOf(file, files, importedFile)
  const names = new Set([...importers].map(({ span }) => span.source.name))
  return ({ name, span }) => {
    if (names.has(span.source.name)) return null
    const { edits } = importFix(name.text, span.source.name, file, importedFile)
    return edits.map((edit) => ({ range: rangeOf(edit.span), newText: edit.text }))
  }
}

/** Returns a file and all files that import it, also through others. */
function importersOf(
  file: File,
  files: readonly File[],
  importedFile: (file: File, from: string) => File | null,
): ReadonlySet<File> {
  const importedBy = new Map<File | null, File[]>()
  for (const one of files)
    for (const { from } of one.imports) {
      const target = importedFile(one, from.value)
      importedBy.set(target, [...(importedBy.get(target) ?? []), one])
    }
  const found = new Set([file])
  for (const one of found) for (const importer of importedBy.get(one) ?? []) found.add(importer)
  return found
}
