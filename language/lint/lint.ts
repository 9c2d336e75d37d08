import { compareText } from '../checker/by-name.ts'
import { ignoreUnused } from '../diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { withSources } from '../diagnostics/with-sources.ts'
import type { CheckedProject } from '../project.ts'
import { finish, type Steps } from '../steps.ts'
import { findUses } from './facts/uses.ts'
import { applyIgnores, type Ignored } from './ignores/apply-ignores.ts'
import { byAnalysisAlone, lintRules, moreByAnalysis } from './index.ts'
import type { LintProject, LintRule } from './lint-rule.ts'

export interface Linted {
  /** All diagnostics of the project, including the checker's; sorted by file and position. */
  readonly diagnostics: readonly Diagnostic[]
  /** Warnings that a comment ignores, with its reason. */
  readonly ignored: readonly Ignored[]
}

/**
 * Function that analyzes a policy symbolically. It finds further warnings, and refutes some of those that syntactic lint rules
 * report. The caller of `lint` provides it.
 */
export type Analysis = (question: Pick<LintProject, 'model' | 'files'> & { readonly told: readonly Diagnostic[] }) => {
  readonly found: readonly Diagnostic[]
  /**
   * Reported warnings that are refuted, or reported again with a better reason. A comment that ignores such a warning counts as
   * used.
   */
  readonly refuted: ReadonlySet<Diagnostic>
  /**
   * Whether something was too complex to analyze. Comments that ignore the analysis's warnings are then not reported as unused.
   */
  readonly unseen: boolean
}

/**
 * Returns the checker's diagnostics and, if there is no error, the lint rules' warnings, minus those that comments ignore.
 *
 * @param which the rules that `iap check` runs, or all rules
 * @param analysis symbolic analysis; null if only rules that need none are to run
 */
export function lint(project: CheckedProject, which: 'default' | 'all', analysis: Analysis | null = null): Linted {
  return finish(lintSteps(project, which, analysis))
}

/** Does what `lint` does in short steps, between which an editor's requests can be answered. */
export function* lintSteps(project: CheckedProject, which: 'default' | 'all', analysis: Analysis | null = null): Steps<Linted> {
  const { result: model, diagnostics: checked, files, importedFile, entries } = project
  const rules = lintRules.filter(({ byDefault }) => which === 'all' || byDefault)
  const sources = files.map(({ span }) => span.source)
  let found: readonly Diagnostic[] = []
  let refuted: ReadonlySet<Diagnostic> = new Set()
  let seen = false
  if (model !== null) {
    const named = new Set(entries)
    const isEntry: LintProject['isEntry'] = (file) => named.has(file.span.source.name)
    const view: LintProject = { model, files, importedFile, isEntry, uses: yield* findUses(files) }
    const reported: Diagnostic[] = []
    for (const rule of rules) {
      yield
      for (const _ of rule.check(view, (diagnostic) => reported.push(diagnostic)) ?? []) yield
    }
    found = withSources(reported, sources)
    if (analysis !== null) {
      const analysed = analysis({ model, files, told: [...found] })
      found = [...found, ...withSources(analysed.found, sources)]
      refuted = analysed.refuted
      seen = !analysed.unseen
    }
  }
  yield
  const looked = (code: string) => model !== null && !isOff(code, rules, seen)
  const { diagnostics, ignored } = applyIgnores(files, [...checked, ...found], looked)
  return {
    diagnostics: diagnostics.filter((one) => !refuted.has(one)).sort(byPlace),
    ignored: ignored.filter(({ diagnostic }) => !refuted.has(diagnostic)).sort((a, b) => byPlace(a.diagnostic, b.diagnostic)),
  }
}

function isOff(code: string, rules: readonly LintRule[], seen: boolean): boolean {
  // An ignore of the warning for unused ignores is never unused.
  if (code === ignoreUnused.code) return true
  if (!seen && (byAnalysisAlone.has(code) || moreByAnalysis.has(code))) return true
  return lintRules.some(({ entry }) => entry.code === code) && !rules.some(({ entry }) => entry.code === code)
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return compareText(a.span.source.name, b.span.source.name) || a.span.start - b.span.start || compareText(a.code, b.code)
}
