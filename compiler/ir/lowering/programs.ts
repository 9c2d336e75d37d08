/** Programs of routes, shared by all routes with the same steps. */
import type { DecisionStep, Program } from '../policy.ts'

export class Programs {
  readonly #known = new Map<string, Program>()
  readonly #numbers = new Map<DecisionStep, number>()

  /** Returns a program with the given steps, sorted by stage and rule. Equal lists of steps share one program. */
  of(steps: readonly DecisionStep[], signIn: boolean): Program {
    const key = `${signIn} ${steps.map((step) => this.#numberOf(step)).join(' ')}`
    const known = this.#known.get(key) ?? program(steps, signIn)
    this.#known.set(key, known)
    return known
  }

  #numberOf(step: DecisionStep): number {
    const number = this.#numbers.get(step) ?? this.#numbers.size
    this.#numbers.set(step, number)
    return number
  }
}

function program(steps: readonly DecisionStep[], signIn: boolean): Program {
  const trace = [...steps].sort((a, b) => a.stage - b.stage || (a.rule < b.rule ? -1 : 1))
  return { decide: trace.filter(({ shadow }) => !shadow), trace, signIn }
}
