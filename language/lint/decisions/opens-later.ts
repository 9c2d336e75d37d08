import { opensLater as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports an enforced permit on `*` or on a label: it also opens routes that are added later. */
export const opensLater: LintRule = {
  entry,
  byDefault: true,
  check({ model }, notify) {
    for (const { effect, shadow, name, declaration } of model.rules) {
      if (effect !== 'permit' || shadow) continue
      for (const target of declaration.on) {
        if (target.kind === 'AllTarget') notify(report(entry, target.span, { permit: name, what: 'anywhere' }))
        else if (target.kind === 'LabelTarget') {
          notify(report(entry, target.span, { permit: name, what: `with the label \`${target.label.text}\`` }))
        }
      }
    }
  },
}
