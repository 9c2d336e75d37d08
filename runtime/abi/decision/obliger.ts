import type { LimitObligation, Obligations } from '../module.ts'
import { compareNames } from './combine.ts'
import type { RuleProgram } from './rule.ts'

export class Obliger {
  readonly #headers = new Map<string, string>()
  readonly #limits: LimitObligation[] = []
  #unlimited = false

  /**
   * Adds the rate limit and headers of a permit that applies. `key` selects the bucket of the limit; `null` if all requests share
   * one. `headers` holds values in the order of the rule's `headers`.
   *
   * @throws an error if two permits set different values of one header
   */
  permit(rule: RuleProgram, key: string | null, headers: readonly string[]): void {
    if (rule.limit === null) this.#unlimited = true
    else this.#limits.push({ rule: rule.name, count: rule.limit.count, per: rule.limit.per, key })
    for (const [at, name] of rule.headers.entries()) {
      const [value, other] = [headers[at] as string, this.#headers.get(name)]
      if (other !== undefined && other !== value)
        throw new Error('two permits set the same header to different values: this is a bug in the checker; report it')
      this.#headers.set(name, value)
    }
  }

  end(): Obligations {
    return {
      headers: Object.fromEntries([...this.#headers].sort(([a], [b]) => compareNames(a, b))),
      limits: this.#unlimited ? [] : this.#limits.sort((a, b) => compareNames(a.rule, b.rule)),
    }
  }
}
