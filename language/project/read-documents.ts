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
}

/** Creates a reader of JSON and YAML documents, each of which is read once. */
export function createDocuments(host: ProjectHost, diagnostics: Diagnostic[]): ProjectDocuments {
  const read = new Map<string, Document | null>()
  const sources: Source[] = []
  return {
    named: (file, from) => {
      if (!isClosed(from)) return null
      const path = resolvePath(file.span.source.name, from.value, ['.json', '.yaml', '.yml'])
      if (!path.ok) {
        diagnostics.push(report(documentPath, from.span, { file: from.value, why: path.why, hasDocument: false }))
        return null
      }
      const known = read.get(path.name)
      if (known !== undefined) return known
      const text = host.read(path.name)
      if (text === null) {
        diagnostics.push(report(unknownDocument, from.span, { file: from.value, resolved: path.name }))
        return null
      }
      const source = { name: path.name, text }
      sources.push(source)
      const document = readDocument(source, diagnostics)
      read.set(path.name, document)
      return document
    },
    sources: () => sources,
  }
}
