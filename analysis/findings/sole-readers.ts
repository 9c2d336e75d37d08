import type { Route, Rule } from '../../language/checker/model.ts'

/**
 * What an enforced rule reads, the proxy asks for before all rules: a header that comes twice is refused on its routes, and data
 * that never arrived. Who alone reads something there has to do with that.
 */
export class SoleReaders {
  /** By route, then by what is read. */
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

  /** Whether others read what a rule does if it goes, too. */
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
