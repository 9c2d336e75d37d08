/** A policy set: the given files and all that they import, each whole; the documents that they name; and the project file. */

import { compareText } from './checker/by-name.ts'
import { check } from './checker/check.ts'
import { dependenciesFirst } from './checker/dependencies-first.ts'
import type { CheckFacts } from './checker/facts.ts'
import type { Model } from './checker/model.ts'
import { importCycle, importPath, unknownImport } from './diagnostics/catalogue/names.ts'
import { notUtf8 } from './diagnostics/catalogue/syntax.ts'
import type { Diagnostic } from './diagnostics/diagnostic.ts'
import { report } from './diagnostics/report.ts'
import { withSources } from './diagnostics/with-sources.ts'
import { parse } from './parse.ts'
import { checkProjectFile, PROJECT_FILE } from './project/project-file.ts'
import type { ProjectMemo } from './project/project-memo.ts'
import { createDocuments, type ProjectHost } from './project/read-documents.ts'
import { resolvePath } from './project/resolve-path.ts'
import type { Source } from './source.ts'
import type { File, Import } from './syntax/ast.ts'
import { isClosed } from './syntax/match-text.ts'

export interface CheckedProject {
  /** Names of the files with which the check began. The check also reads what they import. */
  readonly entries: readonly string[]
  /** The checked model; null if an error was reported. */
  readonly result: Model | null
  /** What was found out about names and types, also if an error was reported. */
  readonly facts: CheckFacts
  /** Diagnostics, sorted by file and position. */
  readonly diagnostics: readonly Diagnostic[]
  /** Every source read, sorted by name. */
  readonly sources: readonly Source[]
  /** The trees of the policies, sorted by name. */
  readonly files: readonly File[]
  /** Returns the file that an import names; null if that failed and was reported. */
  readonly importedFile: (file: File, from: string) => File | null
}

/**
 * Reads, parses and checks files and everything that they import.
 *
 * @param entries project-relative names of existing files
 * @param memo the results of the previous check; if absent, nothing is kept
 * @throws Error if an entry does not exist, which is a bug of the caller
 */
export function checkProject(host: ProjectHost, entries: readonly string[], memo?: ProjectMemo): CheckedProject {
  const found: Diagnostic[] = []
  const files = new Map<string, File>()
  const imports = new Map<File, Map<string, File>>()

  const load = (name: string): File | null => {
    const known = files.get(name)
    if (known !== undefined) return known
    const text = host.read(name)
    if (text === null) return null
    const parsed = memo === undefined ? parse({ name, text }) : memo.trees.parse({ name, text })
    for (const one of parsed.diagnostics) found.push(one)
    files.set(name, parsed.result)
    return parsed.result
  }

  const pending = [...new Set(entries)].map((name) => {
    const file = load(name)
    if (file === null) throw new Error(`there is no file ${name}`)
    return file
  })
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (imports.has(file)) continue
    const targets = new Map<string, File>()
    imports.set(file, targets)
    for (const one of file.imports) {
      const target = resolveImport(file, one, load, found)
      if (target === null) continue
      targets.set(one.from.value, target)
      pending.push(target)
    }
  }

  const all = [...files.values()]
  reportImportCycles(all, imports, found)
  const settings = host.read(PROJECT_FILE)
  const projectFile = settings === null ? [] : [{ name: PROJECT_FILE, text: settings }]
  for (const one of projectFile) checkProjectFile(one, found)
  const ofDocuments: Diagnostic[] = []
  const documents = createDocuments(host, ofDocuments, memo?.documents)
  const importedFile: CheckedProject['importedFile'] = (file, from) => imports.get(file)?.get(from) ?? null
  const checked = check(all, importedFile, documents, memo?.check)
  for (const one of ofDocuments) found.push(one)
  for (const one of checked.diagnostics) found.push(one)
  const read = [...all.map((file) => file.span.source), ...projectFile, ...documents.sources()]
  const diagnostics = withoutInvalid(host, read, memo === undefined ? found : withSources(found, read))
  diagnostics.sort((a, b) => compareText(a.span.source.name, b.span.source.name) || a.span.start - b.span.start)
  if (memo !== undefined) {
    memo.trees.keepOnly(files)
    memo.documents = documents.byName()
  }
  const failed = diagnostics.some((one) => one.severity === 'error')
  const sources = read.sort((a, b) => compareText(a.name, b.name))
  const sorted = all.sort((a, b) => compareText(a.span.source.name, b.span.source.name))
  const result = failed ? null : { ...checked.model, sources }
  return { entries, result, facts: checked.facts, diagnostics, sources, files: sorted, importedFile }
}

/** Replaces the diagnostics of files that are not UTF-8 by one that says so: they could follow from it. */
function withoutInvalid(host: ProjectHost, read: readonly Source[], found: readonly Diagnostic[]): Diagnostic[] {
  const invalid = new Map<string, Diagnostic>()
  for (const source of read) {
    const start = host.invalidAt?.(source.name) ?? null
    if (start !== null) invalid.set(source.name, report(notUtf8, { source, start, end: start + 1 }, { file: source.name }))
  }
  return [...found.filter(({ span }) => !invalid.has(span.source.name)), ...invalid.values()]
}

function resolveImport(
  file: File,
  { from }: Import,
  load: (name: string) => File | null,
  diagnostics: Diagnostic[],
): File | null {
  if (!isClosed(from)) return null
  const path = resolvePath(file.span.source.name, from.value, ['.iap'])
  if (!path.ok) {
    diagnostics.push(report(importPath, from.span, { file: from.value, why: path.why }))
    return null
  }
  const target = load(path.name)
  if (target === null) diagnostics.push(report(unknownImport, from.span, { file: from.value, resolved: path.name }))
  return target
}

/** Reports each file that a cycle returns to once, at the import that closes it. */
function reportImportCycles(
  files: readonly File[],
  imports: ReadonlyMap<File, ReadonlyMap<string, File>>,
  diagnostics: Diagnostic[],
): void {
  dependenciesFirst(
    [...files].sort((a, b) => compareText(a.span.source.name, b.span.source.name)),
    (file) => [...new Set(imports.get(file)?.values())],
    (cycle, closing) => {
      const closed = closing.imports.find(({ from }) => imports.get(closing)?.get(from.value) === cycle[0]) as Import
      const names = cycle.map((one) => `\`${one.span.source.name}\``).join(' → ')
      diagnostics.push(report(importCycle, closed.from.span, { cycle: names }))
    },
  )
}
