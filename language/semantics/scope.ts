/**
 * The names of a policy set. Names of identities, roles, labels, services and rules are unique in a bundle, as people
 * quote them in reports and configuration; types belong to their file. A file sees what it declares and what it imports.
 */

import { duplicateName, notExported, reservedName, unknownName } from '../diagnostics/catalogue/names.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import { nearest } from '../diagnostics/suggest.ts'
import type { Declaration, File, Name } from '../syntax/ast.ts'

export type Named = Exclude<Declaration, { kind: 'TestDeclaration' }>

export interface Scope {
  /** Every named declaration of every file, in order of file name and place; a name that stands twice finds the first. */
  readonly declarations: readonly Named[]
  readonly files: readonly File[]
  fileOf(declaration: Declaration): File
  /** Whether a declaration of that name was begun and could not be read: its uses are not reported again. */
  isBroken(name: string): boolean
  /** What a name stands for in a file, or null (unreported). */
  find(file: File, name: string): Named | null
  /**
   * What a name stands for in a file where one of these kinds is wanted. Null: reported, or the declaration itself is broken.
   */
  resolve<K extends Named['kind']>(file: File, name: Name, kinds: readonly K[]): Extract<Named, { kind: K }> | null
}

/** Words that stand for callers, or for reasons in tests. */
const RESERVED = new Set(['anonymous', 'authenticated', 'anyone', 'default'])

const KIND_WORDS: Record<Named['kind'], string> = {
  TypeDeclaration: 'a type',
  IdentityDeclaration: 'an identity',
  RoleDeclaration: 'a role',
  LabelDeclaration: 'a label',
  ServiceDeclaration: 'a service',
  RuleDeclaration: 'a rule',
}

export function buildScope(
  files: readonly File[],
  importedFile: (file: File, from: string) => File | null,
  diagnostics: Diagnostic[],
): Scope {
  const own = new Map<File, Map<string, Named>>()
  const fileOf = new Map<Declaration, File>()
  const inBundle = new Map<string, Named>()
  for (const file of files) {
    const names = new Map<string, Named>()
    own.set(file, names)
    for (const declaration of file.declarations) {
      fileOf.set(declaration, file)
      if (declaration.kind === 'TestDeclaration') continue
      if (checkName(declaration, names, inBundle, diagnostics)) {
        names.set(declaration.name.text, declaration)
        if (declaration.kind !== 'TypeDeclaration') inBundle.set(declaration.name.text, declaration)
      }
    }
  }

  const broken = new Set(files.flatMap((file) => file.brokenNames))
  const visible = new Map<File, Map<string, Named>>()
  for (const file of files) visible.set(file, withImports(file, own, broken, importedFile, diagnostics))

  const find = (file: File, name: string): Named | null => visible.get(file)?.get(name) ?? null
  return {
    files,
    declarations: files.flatMap((file) => file.declarations.filter((declaration) => declaration.kind !== 'TestDeclaration')),
    isBroken: (name) => broken.has(name),
    fileOf: (declaration) => fileOf.get(declaration) as File,
    find,
    resolve: (file, name, kinds) => {
      const found = find(file, name.text)
      if (found !== null && (kinds as readonly string[]).includes(found.kind)) return found as never
      if (found === null && broken.has(name.text)) return null
      const wanted = kinds.map((kind) => KIND_WORDS[kind]).join(' or ')
      const fitting = [...(visible.get(file)?.values() ?? [])].filter((known) =>
        (kinds as readonly string[]).includes(known.kind),
      )
      const elsewhere = found === null ? (inBundle.get(name.text) ?? null) : null
      diagnostics.push(
        report(
          unknownName,
          name.span,
          {
            name: name.text,
            wanted,
            found: found === null ? null : KIND_WORDS[found.kind],
            suggestion:
              found === null
                ? nearest(
                    name.text,
                    fitting.map((known) => known.name.text),
                  )
                : null,
            elsewhere: elsewhere === null ? null : elsewhere.span.source.name,
          },
          found === null ? [] : [{ message: 'declared here', span: found.name.span }],
        ),
      )
      return null
    },
  }
}

function checkName(
  declaration: Named,
  names: ReadonlyMap<string, Named>,
  inBundle: ReadonlyMap<string, Named>,
  diagnostics: Diagnostic[],
): boolean {
  const { text, span } = declaration.name
  if (RESERVED.has(text) || text.startsWith('__')) {
    diagnostics.push(report(reservedName, span, { name: text }))
    return false
  }
  const first = names.get(text) ?? (declaration.kind === 'TypeDeclaration' ? undefined : inBundle.get(text))
  if (first === undefined) return true
  diagnostics.push(
    report(duplicateName, span, { name: text, first: KIND_WORDS[first.kind] }, [
      { message: 'first declared here', span: first.name.span },
    ]),
  )
  return false
}

function withImports(
  file: File,
  own: ReadonlyMap<File, ReadonlyMap<string, Named>>,
  broken: ReadonlySet<string>,
  importedFile: (file: File, from: string) => File | null,
  diagnostics: Diagnostic[],
): Map<string, Named> {
  const visible = new Map(own.get(file))
  for (const { names, from } of file.imports) {
    const target = importedFile(file, from.value)
    if (target === null) continue
    const offered = own.get(target) ?? new Map<string, Named>()
    for (const name of names) {
      const declaration = offered.get(name.text)
      if (declaration === undefined) {
        if (broken.has(name.text)) continue
        diagnostics.push(
          report(notExported, name.span, {
            name: name.text,
            file: from.value,
            suggestion: nearest(name.text, [...offered.keys()]),
          }),
        )
      } else if (visible.has(name.text)) {
        const first = visible.get(name.text) as Named
        diagnostics.push(
          report(duplicateName, name.span, { name: name.text, first: KIND_WORDS[first.kind] }, [
            { message: 'first named here', span: first.name.span },
          ]),
        )
      } else {
        visible.set(name.text, declaration)
      }
    }
  }
  return visible
}
