/**
 * The names of a policy set. All but those of types are unique in a bundle, as people quote them in reports and
 * configuration; types belong to their file. A file sees what it declares and what it imports.
 */

import { duplicateName, notExported, reservedName, unknownName } from '../diagnostics/catalogue/names.ts'
import type { Diagnostic, Fix } from '../diagnostics/diagnostic.ts'
import { renameTo, report } from '../diagnostics/report.ts'
import { nearest } from '../diagnostics/suggest.ts'
import type { Declaration, File, Name } from '../syntax/ast.ts'
import { importFix, relativePath } from './import-fix.ts'
import { hasMeaning } from './reserved-name.ts'

export type Named = Exclude<Declaration, { kind: 'TestDeclaration' }>

export interface Scope {
  /** Every named declaration of every file, in order of file name and place; a name that stands twice finds the first. */
  readonly declarations: readonly Named[]
  readonly files: readonly File[]
  fileOf(declaration: Declaration): File
  /**
   * Whether a mistake that was reported keeps it from being known what a name stands for in a file: it could not be read, is
   * declared twice, or is imported from where it is not. Its uses are no further mistakes.
   */
  isBroken(file: File, name: string): boolean
  /** The same of any file, for the names of rules, which tests need not import. */
  isBrokenAnywhere(name: string): boolean
  /** Whether there may be declarations that nobody could read, so that nothing can be said of all identities or routes. */
  readonly lacking: boolean
  /** The nearest of these words, and of the names of these kinds that a file can use, to one that it cannot. */
  nearest(file: File, name: string, kinds: readonly Named['kind'][], words?: readonly string[]): string | null
  /** Where in the bundle a name of these kinds is declared that a file does not import; null where it is not. */
  elsewhere(file: File, name: string, kinds: readonly Named['kind'][]): Elsewhere | null
  /** What a name stands for in a file, or null (unreported). */
  find(file: File, name: string): Named | null
  /**
   * What a name stands for in a file where one of these kinds is wanted. Null: reported, or the declaration itself is broken.
   */
  resolve<K extends Named['kind']>(file: File, name: Name, kinds: readonly K[]): Extract<Named, { kind: K }> | null
}

export interface Elsewhere {
  /** The declaring file, as an import in the other names it. */
  readonly path: string
  readonly fixes: readonly Fix[]
}

const KIND_WORDS: Record<Named['kind'], string> = {
  TypeDeclaration: 'a type',
  IdentityDeclaration: 'an identity',
  RoleDeclaration: 'a role',
  LabelDeclaration: 'a label',
  ServiceDeclaration: 'a service',
  RuleDeclaration: 'a rule',
  DataDeclaration: 'data',
  DefDeclaration: 'a def',
  InvariantDeclaration: 'an invariant',
}

interface Names {
  /** What each name stands for that stands for one thing. */
  readonly visible: Map<string, Named>
  readonly broken: Set<string>
}

export function buildScope(
  files: readonly File[],
  importedFile: (file: File, from: string) => File | null,
  diagnostics: Diagnostic[],
): Scope {
  const own = new Map<File, Names>()
  const fileOf = new Map(files.map((file) => [file.span.source.name, file]))
  const inBundle = new Map<string, Named>()
  for (const file of files) own.set(file, ownNames(file, inBundle, diagnostics))
  const seen = new Map<File, Names>()
  for (const file of files) seen.set(file, withImports(file, own, importedFile, diagnostics))
  const broken = new Set([...seen.values()].flatMap((names) => [...names.broken]))

  const find = (file: File, name: string): Named | null => seen.get(file)?.visible.get(name) ?? null
  const isBroken = (file: File, name: string): boolean => seen.get(file)?.broken.has(name) ?? false
  const suggestions = new Map<string, string | null>()
  // One unknown name is often used in many places, and there may be many others to compare it with.
  const nearestName: Scope['nearest'] = (file, name, kinds, words = []) => {
    const key = JSON.stringify([file.span.source.name, name, kinds, words])
    const before = suggestions.get(key)
    if (before !== undefined) return before
    const names = [...(seen.get(file)?.visible ?? [])].flatMap(([one, { kind }]) => (kinds.includes(kind) ? [one] : []))
    const found = nearest(name, [...names, ...words])
    suggestions.set(key, found)
    return found
  }
  const elsewhere: Scope['elsewhere'] = (file, name, kinds) => {
    const found = find(file, name) === null ? inBundle.get(name) : undefined
    if (found === undefined || !kinds.includes(found.kind)) return null
    const declaredIn = found.span.source.name
    const path = relativePath(file.span.source.name, declaredIn)
    return { path, fixes: [importFix(name, declaredIn, file, importedFile)] }
  }
  return {
    files,
    elsewhere,
    declarations: files.flatMap((file) => file.declarations.filter((declaration) => declaration.kind !== 'TestDeclaration')),
    lacking: files.some(
      (file) =>
        file.lostNames.length > 0 ||
        file.brokenNames.some((name) => name !== '' && !name.includes('.')) ||
        file.imports.some(({ from }) => importedFile(file, from.value) === null),
    ),
    fileOf: (declaration) => fileOf.get(declaration.span.source.name) as File,
    find,
    isBroken,
    isBrokenAnywhere: (name) => broken.has(name),
    nearest: nearestName,
    resolve: (file, name, kinds) => {
      const found = find(file, name.text)
      if (found !== null && (kinds as readonly string[]).includes(found.kind)) return found as never
      if (isBroken(file, name.text)) return null
      const wanted = kinds.map((kind) => KIND_WORDS[kind]).join(' or ')
      // Of whatever kind it is: then it is told, once it is imported, that it is of the wrong one.
      const other = elsewhere(file, name.text, Object.keys(KIND_WORDS) as Named['kind'][])
      const suggestion = found === null ? nearestName(file, name.text, kinds) : null
      const related = found === null ? [] : [{ message: 'declared here', span: found.name.span }]
      const kind = found === null ? null : KIND_WORDS[found.kind]
      const words = { name: name.text, wanted, found: kind, suggestion, elsewhere: other?.path ?? null }
      const fixes = other?.fixes ?? renameTo(suggestion, name.span)
      diagnostics.push(report(unknownName, name.span, words, related, fixes))
      return null
    },
  }
}

/** What a file declares; two declarations of one name in it leave open which of them is meant. */
function ownNames(file: File, inBundle: Map<string, Named>, diagnostics: Diagnostic[]): Names {
  const visible = new Map<string, Named>()
  const broken = new Set(file.brokenNames)
  for (const declaration of file.declarations) {
    if (declaration.kind === 'TestDeclaration') continue
    const { text } = declaration.name
    const isType = declaration.kind === 'TypeDeclaration'
    if (checkName(declaration, visible.get(text) ?? (isType ? undefined : inBundle.get(text)), diagnostics)) {
      if (!isType) inBundle.set(text, declaration)
    } else if (hasMeaning(declaration) || visible.has(text)) {
      broken.add(text)
    }
    if (!visible.has(text)) visible.set(text, declaration)
  }
  for (const name of broken) visible.delete(name)
  return { visible, broken }
}

function checkName(declaration: Named, first: Named | undefined, diagnostics: Diagnostic[]): boolean {
  const { text, span } = declaration.name
  if (hasMeaning(declaration)) {
    diagnostics.push(report(reservedName, span, { name: text }))
    return false
  }
  if (first === undefined) return true
  const related = [{ message: 'first declared here', span: first.name.span }]
  diagnostics.push(report(duplicateName, span, { name: text, first: KIND_WORDS[first.kind] }, related))
  return false
}

function withImports(
  file: File,
  own: ReadonlyMap<File, Names>,
  importedFile: (file: File, from: string) => File | null,
  diagnostics: Diagnostic[],
): Names {
  const { visible, broken } = own.get(file) as Names
  const seen: Names = { visible: new Map(visible), broken: new Set(broken) }
  for (const { names, from } of file.imports) {
    const target = importedFile(file, from.value)
    const offered = target === null ? null : (own.get(target) as Names)
    for (const name of names) {
      const declaration = offered?.visible.get(name.text)
      if (declaration !== undefined) importName(name, declaration, seen, diagnostics)
      else {
        if (!seen.visible.has(name.text)) seen.broken.add(name.text)
        if (offered === null || offered.broken.has(name.text) || target?.lostNames.includes(name.text)) continue
        const suggestion = nearest(name.text, offered.visible.keys())
        // Who mistypes a name in the import alone has made one mistake, not one for each use of the right one.
        if (suggestion !== null && !seen.visible.has(suggestion)) seen.broken.add(suggestion)
        const words = { name: name.text, file: from.value, suggestion }
        diagnostics.push(report(notExported, name.span, words, [], renameTo(suggestion, name.span)))
      }
    }
  }
  for (const name of seen.broken) seen.visible.delete(name)
  for (const name of file.lostNames) if (!seen.visible.has(name)) seen.broken.add(name)
  return seen
}

function importName(name: Name, declaration: Named, { visible, broken }: Names, diagnostics: Diagnostic[]): void {
  const first = visible.get(name.text)
  visible.set(name.text, first ?? declaration)
  if (first === undefined) return
  if (first !== declaration) broken.add(name.text)
  // Two declarations of a name that is one in the bundle were reported where they stand.
  if (first !== declaration && first.kind !== 'TypeDeclaration' && declaration.kind !== 'TypeDeclaration') return
  const related = [{ message: 'first named here', span: first.name.span }]
  diagnostics.push(report(duplicateName, name.span, { name: name.text, first: KIND_WORDS[first.kind] }, related))
}
