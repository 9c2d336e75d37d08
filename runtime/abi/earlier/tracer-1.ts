import { compareNames } from '../decision/settle.ts'
import type { Trace1 } from './module-1.ts'

/**
 * What a `trace` function of ABI 1 fills, rule by rule. A rule belongs to a stage; the lowest stage with a rule that decides settles the
 * decision, and all its deciding rules are named. `holds` is undefined where evaluating erred.
 */
export class Tracer1 {
  readonly #errors: { rule: string; error: string }[] = []
  #stage = Number.POSITIVE_INFINITY
  #deciding: { rule: string; outcome: number }[] = []

  /** An error inside a forbid denies. */
  forbid(stage: number, rule: string, outcome: number, holds: boolean | undefined): void {
    if (holds === undefined) this.#errors.push({ rule, error: 'overflow' })
    if (holds !== false) this.#decides(stage, rule, outcome)
  }

  /** An error inside a permit does not permit. */
  permit(stage: number, rule: string, outcome: number, holds: boolean | undefined): void {
    if (holds === undefined) this.#errors.push({ rule, error: 'overflow' })
    if (holds === true) this.#decides(stage, rule, outcome)
  }

  /** The outcome is that of the deciding rule with the least name; `otherwise` where none decided. */
  end(otherwise: number): Trace1 {
    const deciding = this.#deciding.sort((a, b) => compareNames(a.rule, b.rule))
    return {
      outcome: deciding[0]?.outcome ?? otherwise,
      rules: deciding.map(({ rule }) => rule),
      errors: this.#errors.sort((a, b) => compareNames(a.rule, b.rule)),
    }
  }

  #decides(stage: number, rule: string, outcome: number): void {
    if (stage > this.#stage) return
    if (stage < this.#stage) this.#deciding = []
    this.#stage = stage
    this.#deciding.push({ rule, outcome })
  }
}
