import { ignoreUnused } from '../../diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { File } from '../../syntax/ast.ts'
import { removal } from '../facts/remove.ts'
import { type Ignore, readIgnores } from './read-ignores.ts'

export interface Ignored {
  readonly diagnostic: Diagnostic
  readonly reason: string
}

/**
 * Removes the warnings that `// iap-ignore` comments name, and reports comments that are faulty or ignore nothing.
 *
 * @param looked returns whether warnings of a code were searched for, so that an unused comment can be reported
 */
export function applyIgnores(
  files: readonly File[],
  diagnostics: readonly Diagnostic[],
  looked: (code: string) => boolean,
): { readonly diagnostics: readonly Diagnostic[]; readonly ignored: readonly Ignored[] } {
  const bySource = new Map(files.map((file) => [file.span.source, readIgnores(file)]))
  const used = new Set<Ignore>()
  const left: Diagnostic[] = []
  const ignored: Ignored[] = []
  for (const diagnostic of diagnostics) {
    const { code, severity, span } = diagnostic
    const ignores = severity === 'error' ? [] : (bySource.get(span.source)?.ignores ?? [])
    const fitting = ignores.filter((one) => one.code === code && one.scope.start <= span.start && span.start <= one.scope.end)
    for (const one of fitting) used.add(one)
    if (fitting[0] === undefined) left.push(diagnostic)
    else ignored.push({ diagnostic, reason: fitting[0].reason })
  }
  for (const { ignores, diagnostics: wrong } of bySource.values()) {
    left.push(...wrong)
    for (const { code, comment } of ignores.filter((one) => !used.has(one) && looked(one.code))) {
      const fixes = [{ title: 'remove the comment', edits: [removal(comment.span)] }]
      left.push(report(ignoreUnused, comment.span, { code }, [], fixes))
    }
  }
  return { diagnostics: left, ignored }
}
