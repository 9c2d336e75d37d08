import type { Route, Rule } from '../../language/checker/model.ts'

/**
 * Tracks which enforced rules read each header and datum on each route. The proxy refuses a repeated header or missing data
 * before it evaluates rules, so removing the only reader of a value changes answers.
 */
export class SoleReaders {
  /** By route, then by value. */
  readonly #readers = new Map<Route, Map<string, Set<Rule>>>()

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      const keys = rule.shadow ? [] : keysOf(rule)
      if (keys.length === 0) continue
      for (const route of rule.routes) {
        const here = this.#readers.get(route) ?? new Map<string, Set<Rule>>()
        this.#readers.set(route, here)
        for (const key of keys) here.set(key, (here.get(key) ?? new Set()).add(rule))
      }
    }
  }

  /**
   * Returns whether, on all routes of a rule, its headers and data are still read by other rules once `rule` and the rules in
   * `gone` are removed.
   */
  isLeft(rule: Rule, gone: ReadonlySet<Rule>): boolean {
    const keys = keysOf(rule)
    return rule.routes.every((route) =>
      keys.every((key) => [...(this.#readers.get(route)?.get(key) ?? [])].some((one) => one !== rule && !gone.has(one))),
    )
  }
}

function keysOf({ reads }: Rule): readonly string[] {
  return [...reads.headers.map((name) => `header ${name}`), ...reads.data.map(({ name }) => `data ${name}`)]
}
