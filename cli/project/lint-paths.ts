import { join, relative } from 'node:path'
import { exactLint } from '../../analysis/index.ts'
import { interpret } from '../../interpreter/index.ts'
import {
  type Analysis,
  checkProject,
  type Diagnostic,
  fixProject,
  type Linted,
  lint,
  type Source,
  type Span,
} from '../../language/index.ts'
import type { Io } from '../io.ts'
import { findSources, readSource } from './find-sources.ts'
import { rewriteAll } from './rewrite.ts'

export interface LintedPaths {
  /**
   * What is told of all files, as they are after the fixes; their sources bear names that are right seen from the working
   * directory.
   */
  readonly diagnostics: readonly Diagnostic[]
  /** Warnings that comments ignore. */
  readonly ignored: Linted['ignored']
  readonly sources: readonly Source[]
  readonly errors: number
  readonly warnings: number
  /** How many fixes were applied, and the files that they changed, named likewise. */
  readonly fixed: { readonly count: number; readonly files: readonly string[] }
}

/**
 * Paths → sources, with what they import → what the checker and the rules beyond errors say of them.
 *
 * @param which the rules that `iap check` runs, or all
 * @param fix whether what can be fixed is, in the files that the paths name; imported files beside them are left alone
 */
export function lintPaths(io: Io, paths: readonly string[], which: 'default' | 'all', fix: boolean): LintedPaths {
  const found = findSources(io.files, io.cwd, paths)
  const texts = new Map<string, string | null>()
  const read = (name: string): string | null => {
    const before = texts.get(name)
    if (before !== undefined) return before
    const text = readSource(io, found.root, name)
    texts.set(name, text)
    return text
  }
  const look = (changed: ReadonlyMap<string, string>, analysis: Analysis | null = null) => {
    const project = checkProject({ read: (name) => changed.get(name) ?? read(name) }, found.names)
    return { ...lint(project, which, analysis), sources: project.sources }
  }
  const given = new Set(found.names)
  const fixed = fix
    ? fixProject(
        (changed) => look(changed).diagnostics,
        (name) => given.has(name),
      )
    : null
  rewriteAll(
    io,
    [...(fixed?.texts ?? [])].map(([name, text]) => ({ path: join(found.root, name), text })),
  )
  const { diagnostics, ignored, sources } = look(fixed?.texts ?? new Map(), which === 'all' ? analyse : null)
  const show = seenFrom(relative(io.cwd, found.root))
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  return {
    diagnostics: diagnostics.map(show),
    ignored: ignored.map(({ diagnostic, reason }) => ({ diagnostic: show(diagnostic), reason })),
    sources,
    errors,
    warnings: diagnostics.length - errors,
    fixed: {
      count: fixed?.applied ?? 0,
      files: [...(fixed?.texts.keys() ?? [])].map((name) => relative(io.cwd, join(found.root, name))).sort(),
    },
  }
}

/** What it finds has no fixes: what to take out is for people to say. */
const analyse: Analysis = (question) => {
  const { model } = question
  const ask = (request: Parameters<typeof interpret>[1]) => ({ ...interpret(model, request), revision: '' })
  return exactLint({ ...question, ask })
}

/** A diagnostic whose sources have names that a person in another folder can open. */
function seenFrom(prefix: string): (diagnostic: Diagnostic) => Diagnostic {
  const cache = new Map<Source, Source>()
  const seen = (span: Span): Span => {
    const source = cache.get(span.source) ?? { ...span.source, name: join(prefix, span.source.name) }
    cache.set(span.source, source)
    return { ...span, source }
  }
  return (diagnostic) => ({
    ...diagnostic,
    span: seen(diagnostic.span),
    related: diagnostic.related.map((other) => ({ ...other, span: seen(other.span) })),
    fixes: diagnostic.fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map((edit) => ({ ...edit, span: seen(edit.span) })),
    })),
  })
}
