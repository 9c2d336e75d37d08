/** Rules that hold wherever another does, as far as that is written. */
import type { Route, Rule } from '../../checker/model.ts'
import { clauseKeys, isSubset } from './clauses.ts'

/** Rules on the same routes, by one of their clauses. */
interface Group {
  readonly always: Rule[]
  readonly byKey: Map<string, Rule[]>
}

/** Rules by their routes and by one of their clauses, so that of many only those are compared that share both. */
export class WeakerRules {
  private readonly onRoute = new Map<Route, Group[]>()

  constructor(rules: readonly Rule[]) {
    // Rules that name their routes in the same words share one list of them.
    const groups = new Map<readonly Route[], Group>()
    for (const rule of rules) {
      let group = groups.get(rule.routes)
      if (group === undefined) {
        group = { always: [], byKey: new Map() }
        groups.set(rule.routes, group)
        for (const route of rule.routes) add(this.onRoute, route, group)
      }
      const [key] = clauseKeys(rule)
      if (key === undefined) group.always.push(rule)
      else add(group.byKey, key, rule)
    }
  }

  /** Those on a route whose clauses are all among the clauses of this one, in no order. `to` and `require` are not looked at. */
  *than(rule: Rule, route: Route): Iterable<Rule> {
    const keys = clauseKeys(rule)
    for (const { always, byKey } of this.onRoute.get(route) ?? []) {
      yield* always
      for (const key of keys) for (const other of byKey.get(key) ?? []) if (isSubset(clauseKeys(other), keys)) yield other
    }
  }
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const known = lists.get(key)
  if (known === undefined) lists.set(key, [value])
  else known.push(value)
}
