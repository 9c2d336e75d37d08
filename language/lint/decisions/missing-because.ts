import { missingBecause as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports an enforced forbid without a reason, unless the answer is a challenge, which names the requirement. */
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
