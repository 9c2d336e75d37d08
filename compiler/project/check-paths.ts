import { join, relative } from 'node:path'
import {
  type CheckedProject,
  checkProject,
  type Diagnostic,
  type File,
  type Model,
  ProjectMemo,
  type Source,
  type ProjectHost as SourceReader,
  type Span,
} from '../../language/index.ts'
import { findSources, sourcesIn } from './find-sources.ts'
import type { ProjectHost } from './source-files.ts'

export interface CheckedPaths {
  /** The checked policy; null if there is an error. */
  readonly model: Model | null
  /** Diagnostics of all files, at most `MOST_SHOWN`. Source names are relative to the working directory. */
  readonly diagnostics: readonly Diagnostic[]
  /** Returns a span with its source's name relative to the working directory. */
  readonly seen: (span: Span) => Span
  readonly sources: readonly Source[]
  readonly files: readonly File[]
  /**
   * Checks the same files with other texts for some of them. Spans are not relative to the working directory. The model is valid
   * until the next call.
   */
  checkAgain(texts: ReadonlyMap<string, string>): CheckedProject
  /** Number of errors, including those beyond `MOST_SHOWN`; likewise `warnings`. */
  readonly errors: number
  readonly warnings: number
}

/** Maximum diagnostics that a command shows. Generated policies can have one mistake tens of thousands of times. */
export const MOST_SHOWN = 1000

/** Checks the policy files at some paths, and everything that they import. A folder means all policy files in it. */
export function checkPaths(host: ProjectHost, paths: readonly string[], root?: string, memo?: ProjectMemo): CheckedPaths {
  const found = findSources(host, paths, root)
  return checkNames(sourcesIn(host, found.root), found.names, relative(host.cwd, found.root), memo)
}

/** Checks policies that are given as texts by name. The texts also include the documents that the policies import. */
export function checkTexts(texts: ReadonlyMap<string, string>): CheckedPaths {
  const policies = [...texts.keys()].filter((name) => name.endsWith('.iap')).sort()
  return checkNames({ read: (name) => texts.get(name) ?? null }, policies, '')
}

/**
 * Checks the policies with the given names and everything that they import.
 *
 * @param reader reads policies, and files that a policy imports
 */
export function checkNames(reader: SourceReader, names: readonly string[], prefix: string, memo?: ProjectMemo): CheckedPaths {
  const texts = new Map<string, string | null>()
  const remember = (name: string): string | null => {
    const text = reader.read(name)
    texts.set(name, text)
    return text
  }
  const { result, diagnostics, sources, files } = checkProject({ ...reader, read: remember }, names, memo)
  const seen = seenFrom(prefix)
  const shown = diagnostics.slice(0, MOST_SHOWN).map((diagnostic) => seenDiagnostic(diagnostic, seen))
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length
  const again = new ProjectMemo()
  const checkAgain: CheckedPaths['checkAgain'] = (changed) =>
    checkProject({ read: (name) => changed.get(name) ?? texts.get(name) ?? null }, names, again)
  return { model: result, diagnostics: shown, seen, sources, files, checkAgain, errors, warnings: diagnostics.length - errors }
}

/** Returns a function that prefixes the source names of spans, so that the files can be opened from another folder. */
export function seenFrom(prefix: string): (span: Span) => Span {
  const cache = new Map<Source, Source>()
  return (span) => {
    const source = cache.get(span.source) ?? { ...span.source, name: join(prefix, span.source.name) }
    cache.set(span.source, source)
    return { ...span, source }
  }
}

/** Renames the sources of all spans of a diagnostic by the function `seen`. */
export function seenDiagnostic(diagnostic: Diagnostic, seen: (span: Span) => Span): Diagnostic {
  const { span, related, fixes } = diagnostic
  return {
    ...diagnostic,
    span: seen(span),
    related: related.map((other) => ({ ...other, span: seen(other.span) })),
    fixes: fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => ({ ...edit, span: seen(edit.span) })) })),
  }
}
