import type { Entry } from '../../diagnostics/catalogue/define.ts'
import { report } from '../../diagnostics/report.ts'
import type { Declaration } from '../../syntax/ast.ts'
import type { LintProject, LintRule } from '../lint-rule.ts'

/**
 * Reports every declaration of a kind that nothing refers to. Files without a rule are somebody's library, and who uses it is not
 * known here: of them nothing is said.
 */
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
          if (declaration.kind !== kind || declaration.kind === 'TestDeclaration') continue
          const { name } = declaration
          if (!isUsed(name.text, project)) notify(report(entry, name.span, { name: name.text }))
        }
      }
    },
  }
}
