/** Rules that hold wherever another does, as far as that is written. */
import type { Rule } from '../../semantics/model.ts'
import { clauseKeys, isSubset } from './clauses.ts'

/** Rules by one of their clauses, so that of many only those are compared that share it. */
export class WeakerRules {
  private readonly always: Rule[] = []
  private readonly byKey = new Map<string, Rule[]>()

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      const [key] = clauseKeys(rule)
      if (key === undefined) this.always.push(rule)
      else {
        const others = this.byKey.get(key)
        if (others === undefined) this.byKey.set(key, [rule])
        else others.push(rule)
      }
    }
  }

  /** Those whose clauses are all among the clauses of this one, in no order. Routes, `to` and `require` are not looked at. */
  *than(rule: Rule): Iterable<Rule> {
    const keys = clauseKeys(rule)
    yield* this.always
    for (const key of keys) for (const other of this.byKey.get(key) ?? []) if (isSubset(clauseKeys(other), keys)) yield other
  }
}
