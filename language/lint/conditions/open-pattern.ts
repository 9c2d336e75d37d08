import { openPattern as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { Expression, StringLiteral } from '../../syntax/ast.ts'
import { opennessOf } from '../facts/pattern-ends.ts'
import type { LintRule } from '../lint-rule.ts'

/**
 * Reports a regular expression without anchors that lets requests pass if it matches, and so matches more texts than its author
 * probably intended.
 */
export const openPattern: LintRule = {
  entry,
  byDefault: true,
  check({ model }, notify) {
    const look = (expression: Expression, truth: boolean): void => {
      for (const pattern of patternsIn(expression, truth)) {
        const why = opennessOf(pattern.value)
        if (why !== null) notify(report(entry, pattern.span, { why }))
      }
    }
    for (const { effect, conditions } of model.rules) {
      // A permit opens by holding, a forbid by not holding.
      for (const { unless, expression } of conditions) look(expression, (effect === 'permit') !== unless)
    }
    for (const { condition } of model.roles) if (condition !== null) look(condition, true)
  },
}

/** Returns the patterns whose match gives the expression this outcome. */
function patternsIn(node: Expression, truth: boolean): StringLiteral[] {
  switch (node.kind) {
    case 'Not':
      return patternsIn(node.operand, !truth)
    case 'Chain':
      return node.operands.flatMap((operand) => patternsIn(operand, truth))
    case 'Comprehension':
      return node.macro === 'all' || node.macro === 'exists' ? patternsIn(node.body, truth) : []
    case 'Conditional':
      return [...patternsIn(node.then, truth), ...patternsIn(node.otherwise, truth)]
    case 'Call': {
      const pattern = node.name.text === 'matches' ? node.arguments.at(-1) : undefined
      return truth && pattern?.kind === 'StringLiteral' ? [pattern] : []
    }
    default:
      return []
  }
}
