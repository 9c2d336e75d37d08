import { type Expr, freeVariables, type VariableName } from '../../ir/index.ts'
import type { Numbering } from '../../ir/numbering.ts'
import { answerOf, learnt, type ValueDomain } from './domain.ts'
import { domainOf } from './domain-of.ts'
import { type Predicate, questionOf } from './predicate.ts'

/** The facts about one topic, and the operands that they come from. */
interface Entry {
  readonly domain: ValueDomain
  readonly sources: readonly number[]
  /** Whether the topic may err: then the operands of its facts err too. */
  readonly fails: boolean
  readonly variables: ReadonlySet<VariableName>
}

export interface ImpliedAnswer {
  readonly truth: boolean
  /** Whether the test errs whenever the operands that imply its result err. */
  readonly fails: boolean
  /** Indices of the operands in the same chain that imply the result. Empty if tests outside of the chain do. */
  readonly sources: readonly number[]
}

/**
 * Records the results of earlier tests, and tells which results of later tests follow from them. Levels are nested: one for each
 * chain, branch or variable scope.
 */
export class Knowledge {
  readonly #numbering: Numbering
  readonly #outer: Knowledge | null
  /** A variable of this level that hides an outer one. */
  readonly #hidden: VariableName | null
  readonly #entries = new Map<number | string, Entry>()
  /** Operands of this level's chain that an answer has used. */
  readonly #used = new Set<number>()

  constructor(numbering: Numbering, outer: Knowledge | null = null, hidden: VariableName | null = null) {
    this.#numbering = numbering
    this.#outer = outer
    this.#hidden = hidden
  }

  inside(hidden: VariableName | null = null): Knowledge {
    return new Knowledge(this.#numbering, this, hidden)
  }

  /** Returns a new outermost level without facts, which shares the numbering of expressions. */
  beside(): Knowledge {
    return new Knowledge(this.#numbering)
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0 && (this.#outer === null || this.#outer.isEmpty)
  }

  /**
   * Records that a test has the given result.
   *
   * @param source the index of the test among the operands of this level's chain
   */
  learn(test: Expr, truth: boolean, source: number): void {
    if (test.kind === 'Not') {
      this.learn(test.operand, !truth, source)
      return
    }
    if (test.kind === 'Chain' && !test.fails && (test.operator === '&&') === truth) {
      for (const { expression } of test.operands) this.learn(expression, truth, source)
      return
    }
    const question = questionOf(test)
    const key = this.#keyOf(question)
    const known = this.#entries.get(key)
    const domain = learnt(known?.domain ?? domainOf(question.about), question.asks, question.answer === truth)
    const { about } = question
    const isExpr = typeof about === 'object' && 'kind' in about
    this.#entries.set(key, {
      domain,
      sources: known === undefined || known.sources.includes(source) ? [source] : [...known.sources, source],
      fails: isExpr && about.fails,
      variables: isExpr ? freeVariables(about) : NO_VARIABLES,
    })
  }

  /**
   * Returns the result of a test if it is implied: by facts of this level, or by facts of outer levels that cannot err. Else
   * returns null.
   */
  ask(test: Expr): ImpliedAnswer | null {
    const question = questionOf(test)
    const key = this.#keyOf(question)
    const entry = this.#entries.get(key)
    const answer = entry === undefined ? null : answerOf(entry.domain, question.asks)
    if (entry !== undefined && answer !== null)
      return { truth: answer === question.answer, fails: entry.fails, sources: entry.sources }
    const further = this.#further(question, key, [])
    return further === null ? null : { truth: further === question.answer, fails: false, sources: [] }
  }

  /**
   * Returns the result of a test nested in an operand if facts that cannot err imply it; else null. Records the operands that
   * imply it for `takeUsed`.
   */
  askDeep(test: Expr): boolean | null {
    const question = questionOf(test)
    const answer = this.#answer(question, this.#keyOf(question), [])
    return answer === null ? null : answer === question.answer
  }

  /** Returns the indices of the operands that implied results of `askDeep` since the last call. */
  takeUsed(): readonly number[] {
    if (this.#used.size === 0) return NOTHING
    const used = [...this.#used]
    this.#used.clear()
    return used
  }

  #answer(question: Predicate, key: number | string, hidden: readonly VariableName[]): boolean | null {
    const entry = this.#entries.get(key)
    if (entry !== undefined && !entry.fails && !hidden.some((variable) => entry.variables.has(variable))) {
      const answer = answerOf(entry.domain, question.asks)
      if (answer !== null) {
        for (const source of entry.sources) this.#used.add(source)
        return answer
      }
    }
    return this.#further(question, key, hidden)
  }

  #further(question: Predicate, key: number | string, hidden: readonly VariableName[]): boolean | null {
    if (this.#outer === null) return null
    return this.#outer.#answer(question, key, this.#hidden === null ? hidden : [...hidden, this.#hidden])
  }

  #keyOf({ about }: Predicate): number | string {
    if (about === 'identity') return about
    return 'word' in about && !('kind' in about) ? `roles ${about.word}` : this.#numbering.of(about as Expr)
  }
}

const NOTHING: readonly number[] = []
const NO_VARIABLES: ReadonlySet<VariableName> = new Set()
