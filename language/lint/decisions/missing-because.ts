import { missingBecause as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { LintRule } from '../lint-rule.ts'

/** An enforced forbid without a reason; but not one that a challenge answers for, which says what is asked. */
export const missingBecause: LintRule = {
  entry,
  byDefault: true,
  check({ model }, notify) {
    for (const { effect, shadow, name, because, conditions, declaration } of model.rules) {
      if (effect !== 'forbid' || shadow || because !== null) continue
      if (conditions.some(({ unless, expression }) => unless && expression.kind === 'Requirement')) continue
      notify(report(entry, declaration.name.span, { rule: name }))
    }
  },
}
