import { join, relative } from 'node:path'
import { type AnalysisControl, exactLint } from '../../analysis/index.ts'
import { interpret } from '../../interpreter/index.ts'
import {
  type Analysis,
  type CheckedProject,
  checkProject,
  type Diagnostic,
  fixProject,
  type Linted,
  lint,
  type Source,
} from '../../language/index.ts'
import { MOST_SHOWN, seenDiagnostic, seenFrom } from './check-paths.ts'
import { hasOtherPolicies, isProjectRoot, projectOf } from './find-project.ts'
import { findSources, sourcesIn } from './find-sources.ts'
import type { ProjectHost } from './source-files.ts'

export interface LintedPaths {
  /**
   * The diagnostics after the fixes, at most `MOST_SHOWN`. Source names are relative to the working directory. Of files that only
   * belong to the project of the named files, there are errors alone.
   */
  readonly diagnostics: readonly Diagnostic[]
  /** Warnings that `iap-ignore` comments silence, with the reasons in these comments. */
  readonly ignored: Linted['ignored']
  readonly sources: readonly Source[]
  /** Number of errors, including those beyond `MOST_SHOWN`; likewise `warnings`. */
  readonly errors: number
  readonly warnings: number
  /** Whether only files were named, which belong to no project, although there are other policies beside them. */
  readonly isPart: boolean
  /** The number of applied fixes, and the changed files, which the caller must write. */
  readonly fixed: { readonly count: number; readonly files: readonly FixedFile[] }
}

export interface FixedFile {
  /** Absolute path of the file. */
  readonly path: string
  /** Name of the file, relative to the working directory. */
  readonly name: string
  readonly text: string
}

/**
 * Checks and lints the policy files at some paths, and everything that they import. A folder means all policy files in it. If
 * the paths are files of a project, its other files are read too, but not those of projects within it.
 *
 * @param control of the symbolic analysis that finds more; null for the rules that `iap check` runs
 * @param fix whether to apply fixes, only to files that the paths name
 */
export function lintPaths(
  host: ProjectHost,
  paths: readonly string[],
  control: AnalysisControl | null,
  fix: boolean,
): LintedPaths {
  const which = control === null ? 'default' : 'all'
  const root = projectOf(host, paths) ?? undefined
  const given = findSources(host, paths, root)
  const isNested = (folder: string) => isProjectRoot(host.files, folder)
  const found = root === undefined ? given : findSources(host, [root, ...paths], root, isNested)
  const named = new Set(given.names)
  const files = sourcesIn(host, found.root)
  const texts = new Map<string, string | null>()
  const read = (name: string): string | null => {
    const before = texts.get(name)
    if (before !== undefined) return before
    const text = files.read(name)
    texts.set(name, text)
    return text
  }
  const look = (changed: ReadonlyMap<string, string>, analysis: Analysis | null = null) => {
    const project = checkProject({ ...files, read: (name) => changed.get(name) ?? read(name) }, found.names)
    const { diagnostics, ignored } = lint(project, which, analysis)
    const others = unimported(project, named)
    const isShown = ({ severity, span }: Diagnostic) => severity === 'error' || !others.has(span.source.name)
    return {
      diagnostics: diagnostics.filter(isShown),
      ignored: ignored.filter(({ diagnostic }) => isShown(diagnostic)),
      sources: project.sources,
    }
  }
  const fixed = fix
    ? fixProject(
        (changed) => look(changed).diagnostics,
        (name) => named.has(name) && files.invalidAt(name) === null,
      )
    : null
  const { diagnostics, ignored, sources } = look(fixed?.texts ?? new Map(), control && analysisUnder(control))
  const seen = seenFrom(relative(host.cwd, found.root))
  const show = (diagnostic: Diagnostic) => seenDiagnostic(diagnostic, seen)
  const isRead = (path: string) => sources.some(({ name }) => join(found.root, name) === path)
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  return {
    diagnostics: diagnostics.slice(0, MOST_SHOWN).map(show),
    ignored: ignored.map(({ diagnostic, reason }) => ({ diagnostic: show(diagnostic), reason })),
    sources,
    errors,
    warnings: diagnostics.length - errors,
    isPart: root === undefined && paths.every((path) => path.endsWith('.iap')) && hasOtherPolicies(host, paths, isRead),
    fixed: {
      count: fixed?.applied ?? 0,
      files: [...(fixed?.texts ?? [])].map(([name, text]) => {
        const path = join(found.root, name)
        return { path, name: relative(host.cwd, path), text }
      }),
    },
  }
}

/** Returns the policies of a project that neither are in `named` nor are imported from there. */
function unimported({ files, importedFile }: CheckedProject, named: ReadonlySet<string>): ReadonlySet<string> {
  const others = new Set(files.map(({ span }) => span.source.name))
  const pending = files.filter(({ span }) => named.has(span.source.name))
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (!others.delete(file.span.source.name)) continue
    for (const { from } of file.imports) {
      const target = importedFile(file, from.value)
      if (target !== null) pending.push(target)
    }
  }
  return others
}

/** Symbolic findings have no fixes: people must decide what to remove. */
function analysisUnder(control: AnalysisControl): Analysis {
  return (question) => {
    const { model } = question
    const ask = (request: Parameters<typeof interpret>[1]) => ({ ...interpret(model, request), revision: '' })
    return exactLint({ ...question, ask }, control)
  }
}
