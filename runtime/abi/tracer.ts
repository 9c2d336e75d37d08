import type { EvaluationError, Trace } from './module.ts'

/**
 * What a `trace` function fills, rule by rule. A rule belongs to a stage; the lowest stage with a rule that decides
 * settles the decision, and all its deciding rules are named. `holds` is undefined where evaluating erred.
 */
export class Tracer {
  readonly #errors: EvaluationError[] = []
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

  /** The outcome is that of the least deciding rule; `otherwise` where none decided. */
  end(otherwise: number): Trace {
    const deciding = this.#deciding.sort((a, b) => byName(a.rule, b.rule))
    return {
      outcome: deciding[0]?.outcome ?? otherwise,
      rules: deciding.map(({ rule }) => rule),
      errors: this.#errors.sort((a, b) => byName(a.rule, b.rule)),
    }
  }

  #decides(stage: number, rule: string, outcome: number): void {
    if (stage > this.#stage) return
    if (stage < this.#stage) this.#deciding = []
    this.#stage = stage
    this.#deciding.push({ rule, outcome })
  }
}

/** Names compare by UTF-16 unit, everywhere. */
function byName(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
