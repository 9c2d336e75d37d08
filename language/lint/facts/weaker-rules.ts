/** Rules that hold whenever another does, as far as their text shows. */
import type { Route, Rule } from '../../checker/model.ts'
import { clauseKeys, isSubset } from './clauses.ts'

/** Rules on the same routes, by one of their clauses. */
interface Group {
  readonly always: Rule[]
  readonly byKey: Map<string, Rule[]>
}

/** Indexes rules by route and by one clause, so that only rules that share both are compared. */
export class WeakerRules {
  private readonly onRoute = new Map<Route, Group[]>()

  constructor(rules: readonly Rule[]) {
    // Rules that name their routes in the same words share a list object.
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

  /**
   * Yields the indexed rules on a route whose clauses are a subset of the clauses of `rule`, so that they hold whenever `rule`
   * holds. Ignores `to` and `require`.
   */
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
