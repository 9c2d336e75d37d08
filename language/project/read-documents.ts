import type { Documents } from '../checker/routes/route-world.ts'
import { documentPath, unknownDocument } from '../diagnostics/catalogue/names.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import { type Document, readDocument } from '../schema/document.ts'
import type { Source } from '../source.ts'
import { isClosed } from '../syntax/match-text.ts'
import { resolvePath } from './resolve-path.ts'

/** The one effect that reading a project has. */
export interface ProjectHost {
  /**
   * The text of a file by its project-relative name, or null where there is none: policies, the JSON and YAML documents that they
   * name, and `iap.json`.
   */
  read(name: string): string | null
}

export interface ProjectDocuments extends Documents {
  /** Those that were read so far. */
  sources(): readonly Source[]
}

/** The JSON and YAML documents that policies name, each read once. */
export function createDocuments(host: ProjectHost, diagnostics: Diagnostic[]): ProjectDocuments {
  const read = new Map<string, Document | null>()
  const sources: Source[] = []
  return {
    named: (file, from) => {
      if (!isClosed(from)) return null
      const path = resolvePath(file.span.source.name, from.value, ['.json', '.yaml', '.yml'])
      if (!path.ok) {
        diagnostics.push(report(documentPath, from.span, { file: from.value, why: path.why }))
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
