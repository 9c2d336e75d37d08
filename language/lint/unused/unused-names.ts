import { isNamed } from '../../checker/scope.ts'
import type { Entry } from '../../diagnostics/catalogue/define.ts'
import { report } from '../../diagnostics/report.ts'
import type { Declaration } from '../../syntax/ast.ts'
import type { LintProject, LintRule } from '../lint-rule.ts'

/** Reports unused declarations of a kind. Skips files without rules: they are libraries, whose users may be elsewhere. */
export function unusedNames(
  entry: Entry<{ name: string }>,
  kind: Declaration['kind'],
  isUsed: (name: string, project: LintProject) => boolean,
  byDefault = true,
): LintRule {
  return {
    entry,
    byDefault,
    check(project, notify) {
      if (project.model.rules.length === 0) return
      for (const file of project.files) {
        for (const declaration of file.declarations) {
          if (declaration.kind !== kind || !isNamed(declaration)) continue
          const { name } = declaration
          if (!isUsed(name.text, project)) notify(report(entry, name.span, { name: name.text }))
        }
      }
    },
  }
}
