import type { Documents } from '../checker/routes/route-world.ts'
import { documentPath, unknownDocument } from '../diagnostics/catalogue/names.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import { type Document, readDocument } from '../schema/document.ts'
import type { Source } from '../source.ts'
import { isClosed } from '../syntax/match-text.ts'
import { resolvePath } from './resolve-path.ts'

/** Access to the files of a project: the only input and output of reading a project. */
export interface ProjectHost {
  /**
   * Returns a file's text by its project-relative name; null if there is no such file. Files are policies, the documents that
   * they name, and `iap.json`.
   */
  read(name: string): string | null
  /**
   * Returns the offset of the first invalid UTF-8 sequence in a file; null if the file is valid. For an invalid file, the check
   * reports only this error.
   */
  invalidAt?(name: string): number | null
}

export interface ProjectDocuments extends Documents {
  /** Returns the documents read so far. */
  sources(): readonly Source[]
  /** Returns the documents read so far, by their project-relative names. Null stands for an unreadable one. */
  byName(): ReadonlyMap<string, Document | null>
}

/**
 * Creates a reader of JSON and YAML documents, each of which is read once.
 *
 * @param before the documents of the previous check, by name: those of the same text are not parsed again
 */
export function createDocuments(
  host: ProjectHost,
  diagnostics: Diagnostic[],
  before: ReadonlyMap<string, Document | null> = new Map(),
): ProjectDocuments {
  const read = new Map<string, Document | null>()
  const sources: Source[] = []
  let areMissing = false

  /** Returns undefined if there is no such file. */
  const readOnce = (name: string): Document | null | undefined => {
    const known = read.get(name)
    if (known !== undefined) return known
    const text = host.read(name)
    if (text === null) return undefined
    const earlier = before.get(name)
    const kept = earlier?.source.text === text ? earlier : null
    const source = kept?.source ?? { name, text }
    sources.push(source)
    const document = kept ?? readDocument(source, diagnostics)
    read.set(name, document)
    return document
  }

  return {
    named: (file, from) => {
      if (!isClosed(from)) return null
      const path = resolvePath(file.span.source.name, from.value, ['.json', '.yaml', '.yml'])
      const document = path.ok ? readOnce(path.name) : undefined
      if (document !== undefined) return document
      areMissing = true
      if (path.ok) diagnostics.push(report(unknownDocument, from.span, { file: from.value, resolved: path.name }))
      else diagnostics.push(report(documentPath, from.span, { file: from.value, why: path.why, hasDocument: false }))
      return null
    },
    isSame: (document) => readOnce(document.source.name) === document,
    found: () => {
      const all = [...read.values()].filter((one) => one !== null)
      return areMissing || all.length < read.size ? null : all
    },
    sources: () => sources,
    byName: () => read,
  }
}
