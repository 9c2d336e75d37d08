import type { Route, Rule } from '../../language/checker/model.ts'

/**
 * Values that only one enforced rule reads. The proxy checks reads before rules: a repeated header or missing data is refused on
 * its routes. So the sole reader of a value affects answers.
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

  /** Returns whether other rules still read the rule's values after its removal. */
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
