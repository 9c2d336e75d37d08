import { denyByNegation as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { Expression } from '../../syntax/ast.ts'
import type { LintRule } from '../lint-rule.ts'

/**
 * Reports a clause of a permit that excludes paths or methods of a request, such as `!request.path.startsWith(…)`. Each clause is
 * reported once. Clauses of a forbid are not reported: such a forbid also refuses requests that its author did not foresee.
 */
export const denyByNegation: LintRule = {
  entry,
  byDefault: true,
  check({ model }, notify) {
    for (const { name, effect, conditions } of model.rules) {
      if (effect === 'forbid') continue
      for (const { unless, expression } of conditions) {
        const [first] = negated(expression, !unless)
        if (first !== undefined) notify(report(entry, first.node.span, { rule: name, what: first.what }))
      }
    }
  },
}

const tests: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'contains', 'matches'])

interface Negated {
  readonly node: Expression
  readonly what: 'path' | 'method'
}

/** @param truth the outcome that the clause needs */
function negated(node: Expression, truth: boolean): Negated[] {
  switch (node.kind) {
    case 'Not':
      return negated(node.operand, !truth)
    case 'Chain':
      return node.operands.flatMap((operand) => negated(operand, truth))
    case 'Binary': {
      const isNot = node.operator === '!=' ? truth : (node.operator === '==' || node.operator === 'in') && !truth
      const what = isNot ? (partOf(node.left) ?? (node.operator === 'in' ? null : partOf(node.right))) : null
      return what === null ? [] : [{ node, what }]
    }
    case 'Call': {
      const what = !truth && node.receiver !== null && tests.has(node.name.text) ? partOf(node.receiver) : null
      return what === null ? [] : [{ node, what }]
    }
    default:
      return []
  }
}

/** Also matches the path in other letter case. */
function partOf(node: Expression): Negated['what'] | null {
  if (node.kind === 'Call' && node.receiver !== null && /^(?:lower|upper)Ascii$/.test(node.name.text))
    return partOf(node.receiver)
  if (node.kind !== 'Member' || node.object.kind !== 'Identifier' || node.object.name !== 'request') return null
  const { text } = node.field
  return text === 'path' || text === 'method' ? text : null
}
