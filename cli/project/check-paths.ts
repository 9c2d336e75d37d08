import { join, relative } from 'node:path'
import { checkProject, type Diagnostic, type Model, type Source } from '../../language/index.ts'
import type { Io } from '../io.ts'
import { reasonOf, Stop } from '../stop.ts'
import { findSources } from './find-sources.ts'

export interface CheckedPaths {
  /** Null where a diagnostic is an error. */
  readonly model: Model | null
  /** Of all files; their sources bear names that are right seen from the working directory. */
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: readonly Source[]
  readonly errors: number
  readonly warnings: number
}

/** Paths → sources, with what they import → a checked model, or what is wrong with it. */
export function checkPaths(io: Io, paths: readonly string[], root?: string): CheckedPaths {
  const found = findSources(io.files, io.cwd, paths, root)
  const read = (name: string): string | null => {
    try {
      return io.files.readText(join(found.root, name))
    } catch (error) {
      throw new Stop(`\`${name}\` cannot be read: ${reasonOf(error)}`)
    }
  }
  const { result, diagnostics, sources } = checkProject({ read }, found.names)
  const shown = found.root === io.cwd ? diagnostics : renamed(diagnostics, relative(io.cwd, found.root))
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length
  return { model: result, diagnostics: shown, sources, errors, warnings: diagnostics.length - errors }
}

/** The same, with source names that a person in another folder can open. */
function renamed(diagnostics: readonly Diagnostic[], prefix: string): readonly Diagnostic[] {
  const cache = new Map<Source, Source>()
  const rename = (source: Source): Source => {
    const known = cache.get(source) ?? { ...source, name: join(prefix, source.name) }
    cache.set(source, known)
    return known
  }
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    span: { ...diagnostic.span, source: rename(diagnostic.span.source) },
    related: diagnostic.related.map((other) => ({ ...other, span: { ...other.span, source: rename(other.span.source) } })),
  }))
}
