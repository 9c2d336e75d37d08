import { canFail } from '../../checker/expressions/bounds/can-fail.ts'
import type { Rule } from '../../checker/model.ts'
import { writtenKey } from '../../checker/rules/written-key.ts'
import { voidLimit as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import { includesAll, isSubset } from '../facts/clauses.ts'
import { principalsCover } from '../facts/principals-cover.ts'
import { WeakerRules } from '../facts/weaker-rules.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports a permit with a rate limit that has no effect, as another permit without a limit always permits the same requests. */
export const voidLimit: LintRule = {
  entry,
  byDefault: true,
  check({ model }, notify) {
    const unlimited = model.rules.filter(
      ({ effect, shadow, limit, headers }) =>
        // A permit whose header errs does not hold.
        effect === 'permit' && !shadow && limit === null && !headers.some(({ value }) => canFail(value, model)),
    )
    const weaker = new WeakerRules(unlimited)
    for (const permit of model.rules) {
      const { limit } = permit.declaration
      if (permit.effect !== 'permit' || permit.shadow || limit === null) continue
      const [first] = permit.routes
      for (const other of first === undefined ? [] : weaker.than(permit, first)) {
        if (!includesAll(other.routes, permit.routes) || !principalsCover(other.to, permit.to, model.identities)) continue
        if (!isSubset(requirementsOf(other), requirementsOf(permit))) continue
        const related = [{ message: `\`${other.name}\` is here`, span: other.declaration.name.span }]
        notify(report(entry, limit.span, { permit: permit.name, other: other.name }, related))
        break
      }
    }
  },
}

function requirementsOf({ requires }: Rule): ReadonlySet<string> {
  return new Set(requires.map(writtenKey))
}
