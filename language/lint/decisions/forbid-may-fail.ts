import { failsItself } from '../../checker/expressions/bounds/can-fail.ts'
import type { Model } from '../../checker/model.ts'
import { promisesOf } from '../../checker/rules/implied-constraints.ts'
import { mayRead } from '../../checker/rules/written-key.ts'
import { forbidMayFail as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { Expression } from '../../syntax/ast.ts'
import { childrenOf, isExpression } from '../../syntax/children.ts'
import { type Bounds, staysWithin } from '../facts/int-ranges.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports an enforced forbid whose evaluation may err. A forbid that errs holds. */
export const forbidMayFail: LintRule = {
  entry,
  byDefault: true,
  check({ model }, notify) {
    for (const rule of model.rules) {
      const { effect, shadow, name, conditions } = rule
      if (effect !== 'forbid' || shadow) continue
      for (const { expression } of conditions) {
        const failing = firstFailing(expression, model, [promisesOf(rule).domains])
        if (failing === null) continue
        notify(report(entry, failing.span, { rule: name, fails: kindOf(failing, model) }))
        break
      }
    }
  },
}

const CONVERSION = /^(?:bool|int|double|timestamp|duration|ip|cidr)\(|^cidr\.contains/

/** Returns what may fail, so that the help is about that. A def may have any of these. */
function kindOf(failing: Expression, model: Model): 'arithmetic' | 'zone' | 'conversion' | 'call' {
  const reference = failing.kind === 'Call' ? model.referenceOf(failing) : null
  if (reference?.kind !== 'builtin') return 'arithmetic'
  if (reference.id.startsWith('timestamp.get')) return 'zone'
  return CONVERSION.test(reference.id) ? 'conversion' : 'call'
}

/** Finds the first operand that may err while the others of its chain decide nothing (absorption would hide its error). */
function firstFailing(part: Expression, model: Model, bounds: Bounds): Expression | null {
  if (isSomeTimeFromNow(part)) return null
  if (failsItself(part, model) && !(part.kind === 'Binary' && staysWithin(part, model, bounds))) return part
  const inner = boundsWithin(part, bounds)
  for (const child of childrenOf(part)) {
    const found = isExpression(child) ? firstFailing(child, model, inner) : null
    if (found !== null) return found
  }
  return null
}

function boundsWithin(part: Expression, bounds: Bounds): Bounds {
  if (part.kind === 'Chain') {
    const clauses = part.operands.map((expression) => ({ unless: part.operator === '||', expression }))
    return [...bounds, promisesOf({ conditions: clauses }).domains]
  }
  if (part.kind !== 'Comprehension') return bounds
  // Facts about an outer variable of this name do not apply.
  const variable = part.variable.text
  return bounds.map((domains) => new Map([...domains].filter(([key]) => !mayRead(key, variable))))
}

/** `request.time` with a constant period is years from the ends of the timestamp range. */
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
