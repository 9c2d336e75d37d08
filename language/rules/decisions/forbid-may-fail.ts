import { forbidMayFail as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import { failsItself } from '../../semantics/expressions/bounds/can-fail.ts'
import type { Expression } from '../../syntax/ast.ts'
import { walkExpressions } from '../../syntax/children.ts'
import type { LintProject, LintRule } from '../lint-rule.ts'

/** An enforced forbid in which something can fail to evaluate: then it holds. */
export const forbidMayFail: LintRule = {
  entry,
  byDefault: true,
  check({ model }, tell) {
    for (const { effect, shadow, name, conditions } of model.rules) {
      if (effect !== 'forbid' || shadow) continue
      for (const { expression } of conditions) {
        const failing = firstFailing(expression, model)
        if (failing === null) continue
        tell(report(entry, failing.span, { rule: name }))
        break
      }
    }
  },
}

function firstFailing(expression: Expression, model: LintProject['model']): Expression | null {
  let found: Expression | null = null
  walkExpressions(expression, (part) => {
    if (isSomeTimeFromNow(part)) return false
    if (found === null && failsItself(part, model)) found = part
    return found === null
  })
  return found
}

/** `request.time` and a written period: years from the ends of what a timestamp can be. */
function isSomeTimeFromNow(part: Expression): boolean {
  if (part.kind !== 'Binary' || (part.operator !== '+' && part.operator !== '-')) return false
  return [part.left, part.right].some(isNow) && [part.left, part.right].some(isWrittenPeriod)
}

function isNow(part: Expression): boolean {
  return (
    part.kind === 'Member' && part.field.text === 'time' && part.object.kind === 'Identifier' && part.object.name === 'request'
  )
}

function isWrittenPeriod(part: Expression): boolean {
  return part.kind === 'Call' && part.name.text === 'duration' && part.arguments[0]?.kind === 'StringLiteral'
}
