/**
 * The names of a policy set. All but types are unique in a bundle, as reports and configuration quote them; types are local to
 * their file. A file sees what it declares and imports.
 */

import { duplicateName, notExported, reservedName, unknownName } from '../diagnostics/catalogue/names.ts'
import type { Diagnostic, Fix } from '../diagnostics/diagnostic.ts'
import { renameTo, report } from '../diagnostics/report.ts'
import { nearest } from '../diagnostics/suggest.ts'
import type { Declaration, File, Name } from '../syntax/ast.ts'
import { importFix, relativePath } from './import-fix.ts'
import { ofFile } from './of-file.ts'
import { hasMeaning } from './reserved-name.ts'

export type Named = Exclude<Declaration, { kind: 'TestDeclaration' | 'PropertyDeclaration' }>

/** Returns whether a declaration has a name that others refer to. The names of tests are texts. */
export function isNamed(declaration: Declaration): declaration is Named {
  return declaration.kind !== 'TestDeclaration' && declaration.kind !== 'PropertyDeclaration'
}

export interface Scope {
  /** Every named declaration, sorted by file name and position. If several have one name, lookups by name find the first. */
  readonly declarations: readonly Named[]
  readonly files: readonly File[]
  fileOf(declaration: Declaration): File
  /**
   * Returns whether a reported mistake hides the meaning of a name in a file: the declaration is unreadable or duplicate, or its
   * import failed.
   */
  isBroken(file: File, name: string): boolean
  /**
   * Returns whether a reported mistake hides the meaning of a name in any file. Used for the names of rules in tests, which need
   * no import.
   */
  isBrokenAnywhere(name: string): boolean
  /** Whether every name on which rules depend has one meaning, and no unreadable rule has such a name. */
  readonly sound: boolean
  /** Returns how often the results so far may depend on names of rules, as a name that was looked up is one or means nothing. */
  doubts(): number
  /** Runs a function, and returns its result and what the names mean that it looked up. */
  observed<T>(run: () => T): { readonly result: T; readonly found: ReadonlyMap<string, Named | null> }
  /** Whether some declarations may be unreadable, so that the lists of all identities and routes may be incomplete. */
  readonly lacking: boolean
  /** Whether `lacking`, or some rules, invariants or fixtures may be unreadable. */
  readonly lackingRules: boolean
  /**
   * Returns, for an unknown name, the most similar one among some words and the names of the given kinds that the file can use;
   * null if none is similar.
   */
  nearest(file: File, name: string, kinds: readonly Named['kind'][], words?: readonly string[]): string | null
  /**
   * Returns the file in which the bundle declares a name of these kinds, if this file does not import the name; null if no file
   * declares it.
   */
  elsewhere(file: File, name: string, kinds: readonly Named['kind'][]): Elsewhere | null
  /** Returns the names that mean exactly one thing in a file. */
  visibleIn(file: File): ReadonlyMap<string, Named>
  /** Returns the declaration to which a name refers in a file; null if there is none. Reports no mistake. */
  find(file: File, name: string): Named | null
  /**
   * Returns the declaration to which a name refers in a file, which must be of one of these kinds. Returns null if a mistake was
   * reported, or the declaration itself is broken.
   */
  resolve<K extends Named['kind']>(file: File, name: Name, kinds: readonly K[]): Extract<Named, { kind: K }> | null
}

export interface Elsewhere {
  /** The declaring file, as a path relative to the importing file. */
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
  FixtureDeclaration: 'a fixture',
}

interface Names {
  /** The names that mean exactly one thing. */
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
  const world = worldNames(files)
  const before = diagnostics.length
  for (const file of files) own.set(file, ownNames(file, inBundle, diagnostics))
  const isSound =
    diagnostics.slice(before).every(({ span }) => !world.has(span.source.text.slice(span.start, span.end))) &&
    files.every(({ brokenNames }) => !brokenNames.some((name) => world.has(name)))
  const declared = diagnostics.length
  const seen = new Map<File, Names>()
  for (const file of files) seen.set(file, seenIn(file, own, importedFile, diagnostics))
  const sound = isSound && diagnostics.length === declared
  const broken = new Set([...seen.values()].flatMap((names) => [...names.broken]))

  let doubts = 0
  let looked: Map<string, Named | null> | null = null
  const find = (file: File, name: string): Named | null => {
    const found = seen.get(file)?.visible.get(name) ?? null
    looked?.set(name, found)
    if (found !== null && NOT_READ.has(found.kind)) doubts++
    return found
  }
  const isBroken = (file: File, name: string): boolean => {
    doubts++
    return seen.get(file)?.broken.has(name) ?? false
  }
  const suggestions = new Map<string, string | null>()
  // Memoized: one unknown name is often used in many places, and there may be many candidates.
  const nearestName: Scope['nearest'] = (file, name, kinds, words = []) => {
    doubts++
    const key = JSON.stringify([file.span.source.name, name, kinds, words])
    const before = suggestions.get(key)
    if (before !== undefined) return before
    const names = [...(seen.get(file)?.visible ?? [])].flatMap(([one, { kind }]) => (kinds.includes(kind) ? [one] : []))
    const found = nearest(name, [...names, ...words])
    suggestions.set(key, found)
    return found
  }
  const elsewhere: Scope['elsewhere'] = (file, name, kinds) => {
    doubts++
    const found = find(file, name) === null ? inBundle.get(name) : undefined
    if (found === undefined || !kinds.includes(found.kind)) return null
    const declaredIn = found.span.source.name
    const path = relativePath(file.span.source.name, declaredIn)
    return { path, fixes: [importFix(name, declaredIn, file, importedFile)] }
  }
  const lacking = files.some(
    (file) => file.hidesNames || file.imports.some(({ from }) => importedFile(file, from.value) === null),
  )
  return {
    files,
    elsewhere,
    declarations: files.flatMap(namedIn),
    sound,
    doubts: () => doubts,
    observed: (run) => {
      const outer = looked
      const found = new Map<string, Named | null>()
      looked = found
      try {
        return { result: run(), found }
      } finally {
        looked = outer
      }
    },
    lacking,
    lackingRules: lacking || files.some(({ brokenNames }) => brokenNames.some((name) => name !== '' && !name.includes('.'))),
    fileOf: (declaration) => fileOf.get(declaration.span.source.name) as File,
    find,
    visibleIn: (file) => seen.get(file)?.visible ?? new Map(),
    isBroken,
    isBrokenAnywhere: (name) => broken.has(name),
    nearest: nearestName,
    resolve: (file, name, kinds) => {
      const found = find(file, name.text)
      if (found !== null && (kinds as readonly string[]).includes(found.kind)) return found as never
      if (isBroken(file, name.text)) return null
      const wanted = kinds.map((kind) => KIND_WORDS[kind]).join(' or ')
      // Of any kind: once imported, a name of the wrong kind is reported as such.
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

/** Returns the names of all declarations but rules, invariants and fixtures. */
function worldNames(files: readonly File[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const file of files) for (const name of worldNamesIn(file)) names.add(name)
  return names
}

const namedIn = ofFile(({ declarations }) => declarations.filter(isNamed))
const worldNamesIn = ofFile((file) => namedIn(file).flatMap(({ kind, name }) => (NOT_READ.has(kind) ? [] : [name.text])))

/** Rules read none of these. */
const NOT_READ: ReadonlySet<Declaration['kind']> = new Set(['RuleDeclaration', 'InvariantDeclaration', 'FixtureDeclaration'])

/** Returns a file's own names; two declarations of one name make it ambiguous. */
function ownNames(file: File, inBundle: Map<string, Named>, diagnostics: Diagnostic[]): Names {
  const plain = plainNamesIn(file)
  if (plain === null || plain.ofBundle.some(({ name }) => inBundle.has(name.text))) return readNames(file, inBundle, diagnostics)
  for (const declaration of plain.ofBundle) inBundle.set(declaration.name.text, declaration)
  return plain.names
}

/** The names of a file without mistakes in names of its own; null for others. */
const plainNamesIn = ofFile((file) => {
  const diagnostics: Diagnostic[] = []
  const names = readNames(file, new Map(), diagnostics)
  if (diagnostics.length > 0 || names.broken.size > 0) return null
  return { names, ofBundle: namedIn(file).filter(({ kind }) => kind !== 'TypeDeclaration') }
})

function readNames(file: File, inBundle: Map<string, Named>, diagnostics: Diagnostic[]): Names {
  const visible = new Map<string, Named>()
  const broken = new Set(file.brokenNames)
  for (const declaration of file.declarations) {
    if (!isNamed(declaration)) continue
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

/** The names that a file sees, and what it imported when they were last found without a mistake. */
const lastSeen = new WeakMap<
  File,
  { readonly own: Names; readonly imported: readonly (Named | undefined)[]; readonly seen: Names }
>()

function seenIn(
  file: File,
  own: ReadonlyMap<File, Names>,
  importedFile: (file: File, from: string) => File | null,
  diagnostics: Diagnostic[],
): Names {
  const names = own.get(file) as Names
  const imported = file.imports.flatMap(({ names, from }) => {
    const target = importedFile(file, from.value)
    const offered = target === null ? undefined : own.get(target)?.visible
    return names.map(({ text }) => offered?.get(text))
  })
  const last = lastSeen.get(file)
  if (last?.own === names && last.imported.every((one, at) => one === imported[at])) return last.seen
  const before = diagnostics.length
  const seen = withImports(file, own, importedFile, diagnostics)
  const isPlain = diagnostics.length === before && seen.broken.size === 0 && !imported.includes(undefined)
  if (isPlain) lastSeen.set(file, { own: names, imported, seen })
  return seen
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
        // A typo in an import is one mistake, not one for each use of the right name.
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
  // A duplicate of a bundle-wide name was reported at its declaration.
  if (first !== declaration && first.kind !== 'TypeDeclaration' && declaration.kind !== 'TypeDeclaration') return
  const related = [{ message: 'first named here', span: first.name.span }]
  diagnostics.push(report(duplicateName, name.span, { name: name.text, first: KIND_WORDS[first.kind] }, related))
}
