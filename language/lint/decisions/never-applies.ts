import { canFail } from '../../checker/expressions/bounds/can-fail.ts'
import type { Model, Role, Rule } from '../../checker/model.ts'
import { isEmpty } from '../../checker/rules/domain.ts'
import { promisesOf } from '../../checker/rules/implied-constraints.ts'
import { neverApplies as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { Condition, Expression, RoleDeclaration } from '../../syntax/ast.ts'
import { constantTruth } from '../facts/constant.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports rules with contradictory clauses, roles without possible callers, and rules for such roles only. */
export const neverApplies: LintRule = {
  entry,
  byDefault: true,
  *check({ model, files }, notify) {
    const empty = new Set(model.roles.filter(isEmptyRole))
    const declarations = new Map<string, RoleDeclaration>()
    for (const file of files) {
      for (const one of file.declarations) if (one.kind === 'RoleDeclaration') declarations.set(one.name.text, one)
    }
    for (const role of empty) {
      const span = declarations.get(role.name)?.when?.span
      if (span !== undefined) notify(report(entry, span, { rule: role.name, why: 'this is never true', asks: false }))
    }
    for (const rule of model.rules) {
      yield
      const { declaration } = rule
      const nobody = rule.to.every((one) => one.kind === 'role' && empty.has(one.role))
      const never = declaration.conditions.find(isNever)
      const first = declaration.to?.[0]
      if (never !== undefined) {
        const value = never.unless ? 'true' : 'false'
        notify(report(entry, never.expression.span, { rule: rule.name, why: `this is always ${value}`, asks: false }))
      } else if (nobody && first !== undefined) {
        const names = (declaration.to ?? []).map(({ text }) => `\`${text}\``)
        notify(report(entry, first.span, { rule: rule.name, why: `no caller can be ${names.join(' or ')}`, asks: false }))
      } else if (contradicts(settling(rule, model))) {
        const [one] = declaration.conditions
        const why = declaration.conditions.length > 1 ? 'its clauses contradict each other' : 'this is never true'
        notify(
          report(entry, (declaration.conditions.length > 1 ? declaration.name : (one as Condition).expression).span, {
            rule: rule.name,
            why,
            asks: false,
          }),
        )
      }
    }
  },
}

/** A forbid holds if a clause errs and no other is false, so only its infallible clauses count. */
function settling({ effect, conditions }: Rule, model: Model): Pick<Rule, 'conditions'> {
  return { conditions: effect === 'permit' ? conditions : conditions.filter(({ expression }) => !canFail(expression, model)) }
}

export function isNever({ unless, expression }: Pick<Condition, 'unless' | 'expression'>): boolean {
  return constantTruth(expression) === unless
}

/** Returns whether the clauses contradict each other for every request. */
export function contradicts(rule: Pick<Rule, 'conditions'>): boolean {
  if (rule.conditions.length === 0) return false
  const { truths, domains } = promisesOf(rule)
  return truths === null || [...domains.values()].some(isEmpty)
}

function isEmptyRole({ condition }: Role): boolean {
  if (condition === null) return false
  const conditions: { unless: boolean; expression: Expression }[] = [{ unless: false, expression: condition }]
  return constantTruth(condition) === false || contradicts({ conditions })
}
