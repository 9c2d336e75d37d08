import { headLeftOut as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { Expression } from '../../syntax/ast.ts'
import { walkExpressions } from '../../syntax/children.ts'
import type { LintRule } from '../lint-rule.ts'

/**
 * Reports a forbid with a test for the method GET on routes that also answer HEAD: HEAD then passes, although it answers from the
 * same data.
 */
export const headLeftOut: LintRule = {
  entry,
  byDefault: true,
  check({ model }, notify) {
    for (const { name, effect, routes, conditions } of model.rules) {
      if (effect !== 'forbid' || !routes.some(({ methods }) => methods === null || methods.includes('HEAD'))) continue
      if (conditions.some(({ expression }) => namesHead(expression))) continue
      for (const { unless, expression } of conditions) {
        for (const node of asksForGet(expression, !unless)) notify(report(entry, node.span, { rule: name }))
      }
    }
  },
}

/** Returns the tests for GET that must be true for the clause to hold. */
function asksForGet(node: Expression, truth: boolean): Expression[] {
  switch (node.kind) {
    case 'Not':
      return asksForGet(node.operand, !truth)
    case 'Chain':
      return node.operands.flatMap((operand) => asksForGet(operand, truth))
    case 'Binary': {
      const { operator, left, right } = node
      if (operator === 'in') return truth && isMethod(left) && holdsGet(right) ? [node] : []
      const compares = (isMethod(left) && isGet(right)) || (isMethod(right) && isGet(left))
      return compares && operator === (truth ? '==' : '!=') ? [node] : []
    }
    default:
      return []
  }
}

function isMethod(node: Expression): boolean {
  return (
    node.kind === 'Member' && node.field.text === 'method' && node.object.kind === 'Identifier' && node.object.name === 'request'
  )
}

function isGet(node: Expression): boolean {
  return node.kind === 'StringLiteral' && node.value === 'GET'
}

function holdsGet(node: Expression): boolean {
  return node.kind === 'ListLiteral' && node.elements.some(isGet)
}

function namesHead(expression: Expression): boolean {
  let found = false
  walkExpressions(expression, (part) => {
    found ||= part.kind === 'StringLiteral' && part.value === 'HEAD'
  })
  return found
}
