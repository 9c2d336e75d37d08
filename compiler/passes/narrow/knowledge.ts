import { type Expr, freeVariables, type VariableName } from '../../ir/index.ts'
import type { Numbering } from '../../ir/numbering.ts'
import { answerOf, learnt, type ValueDomain } from './domain.ts'
import { domainOf } from './domain-of.ts'
import { type Predicate, questionOf } from './predicate.ts'

/** What is known of one thing, and from which operands of the chain. */
interface Entry {
  readonly domain: ValueDomain
  readonly sources: readonly number[]
  /** Whether the thing itself may err: then so does what it is known from. */
  readonly fails: boolean
  readonly variables: ReadonlySet<VariableName>
}

/** An answer that follows from what is known. */
export interface ImpliedAnswer {
  readonly truth: boolean
  /** Whether the test errs where that from which it follows does. */
  readonly fails: boolean
  /** The operands of this level's chain from which it follows. Empty where it follows from what stands further out. */
  readonly sources: readonly number[]
}

/** What tests say about others: one level a chain, a branch, or a scope. */
export class Knowledge {
  readonly #numbering: Numbering
  readonly #outer: Knowledge | null
  /** A variable that is another one out there. */
  readonly #hidden: VariableName | null
  readonly #entries = new Map<number | string, Entry>()
  /** Operands of this level's chain that have been relied on. */
  readonly #used = new Set<number>()

  constructor(numbering: Numbering, outer: Knowledge | null = null, hidden: VariableName | null = null) {
    this.#numbering = numbering
    this.#outer = outer
    this.#hidden = hidden
  }

  inside(hidden: VariableName | null = null): Knowledge {
    return new Knowledge(this.#numbering, this, hidden)
  }

  /** For the same expressions, but nothing is known. */
  beside(): Knowledge {
    return new Knowledge(this.#numbering)
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0 && (this.#outer === null || this.#outer.isEmpty)
  }

  /** Notes what follows from a test of this truth. */
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

  /** What is known of a test on this level, or further out where nothing may err; null: nothing. */
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

  /** The same of a test that stands deeper: only what cannot err is relied on, and it is remembered what was. */
  askDeep(test: Expr): boolean | null {
    const question = questionOf(test)
    const answer = this.#answer(question, this.#keyOf(question), [])
    return answer === null ? null : answer === question.answer
  }

  /** What has been relied on since the last time, of this level. */
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
