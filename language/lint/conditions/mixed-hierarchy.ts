import { showExpression } from '../../checker/expressions/show-expression.ts'
import type { Model } from '../../checker/model.ts'
import { mixedHierarchy as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { Call, Expression, Member } from '../../syntax/ast.ts'
import { walkExpressions } from '../../syntax/children.ts'
import { conjunctionsOf } from '../facts/conditions.ts'
import type { LintRule } from '../lint-rule.ts'

/** Claims that name the caller, by RFC 7519, RFC 9068, OpenID Connect Core and SPIFFE, and those that providers add. */
const NAMES: ReadonlySet<string> = new Set([
  'sub',
  'client_id',
  'spiffe_id',
  'email',
  'preferred_username',
  'username',
  'upn',
  'oid',
])

/**
 * Reports a hierarchy that is asked for the caller's own name below something else: a caller who bears the name of a group is
 * within it, as each name is within itself.
 */
export const mixedHierarchy: LintRule = {
  entry,
  byDefault: false,
  check(project, notify) {
    for (const { clauses } of conjunctionsOf(project)) {
      for (const { expression } of clauses) {
        walkExpressions(expression, (part) => {
          if (part.kind !== 'Call' || !isWithin(part, project.model)) return
          const [name, above] = part.arguments as [Expression, Expression]
          if (!isCallersName(name, project.model) || isCallersName(above, project.model)) return
          const words = {
            claim: name.field.text,
            above: showExpression(above),
            hierarchy: showExpression(part.receiver as Expression),
          }
          notify(report(entry, part.span, words))
        })
      }
    }
  },
}

function isWithin(call: Call, model: Model): boolean {
  if (call.name.text !== 'within') return false
  const reference = model.referenceOf(call)
  return reference.kind === 'builtin' && reference.id === 'hierarchy.within'
}

function isCallersName(expression: Expression, model: Model): expression is Member {
  return expression.kind === 'Member' && model.typeOf(expression.object).kind === 'caller' && NAMES.has(expression.field.text)
}
