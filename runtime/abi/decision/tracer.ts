import type { DecisionRequest, EvaluationError, Explanation, Facts, Obligations, Trace, UnmetRequirement } from '../module.ts'
import { isHeaderValue } from '../values/texts/text.ts'
import { combine, compareNames, type DecidedCaller, NO_ENTRIES, type Settled, sameDecision } from './combine.ts'
import { explainDecision } from './explain-decision.ts'
import { type ClauseOutcome, conjunction, type Judged, OPEN, type TextResult } from './judged.ts'
import { meets } from './meets.ts'
import type { RuleProgram } from './rule.ts'

/**
 * A collector of rule outcomes for one decision. The `trace` function of a route reports each rule whose `to` matches, in any
 * order. The tracer then computes the decision, and whether each shadow rule would change it. It stores rules that do not hold,
 * which are the vast majority, only for an explanation.
 */
export class Tracer {
  readonly facts: Facts
  readonly request: DecisionRequest
  /** Outcomes of the reported rules except shadow rules, sorted by rule name. */
  readonly judged: Judged[] = []
  readonly #asker: DecidedCaller
  readonly #hasBody: boolean
  readonly #all: boolean
  #shadows: Judged[] | null = null
  #last: Judged | null = null

  /**
   * Creates a tracer. `hasBody` tells whether the route declares a body; `all` tells whether to store rules that do not hold.
   */
  constructor(facts: Facts, request: DecisionRequest, asker: DecidedCaller, hasBody: boolean, all: boolean) {
    this.facts = facts
    this.request = request
    this.#asker = asker
    this.#hasBody = hasBody
    this.#all = all
  }

  /**
   * Reports a rule and the outcomes of its conditions to the tracer, which itself checks the rule's requirements. Returns whether
   * the rule applies. After a permit that applies and has obligations, `oblige` must be called.
   */
  judge(rule: RuleProgram, clauses: readonly ClauseOutcome[] = NONE): boolean {
    let holds = conjunction(clauses)
    let unmet: Judged['unmet'] = NONE
    if (holds !== false && rule.requires.length > 0) {
      unmet = unmetOf(rule, this.facts, this.request)
      if (rule.effect === 'forbid') {
        if (unmet.length < rule.requires.length) holds = false
        unmet = NONE
      }
    }
    if (holds === false && !this.#all) return false
    const judged: Judged = { rule, clauses, holds, unmet, key: null, values: NONE }
    if (rule.shadow) {
      this.#shadows ??= []
      insert(this.#shadows, judged)
    } else {
      insert(this.judged, judged)
    }
    this.#last = judged
    return holds === true
  }

  /**
   * Reports the limit key and header values of the permit that was reported last. Values are in the order of the rule's
   * `headers`.
   */
  oblige(key: TextResult | null, values: readonly TextResult[]): void {
    const judged = this.#last as Judged
    judged.key = key
    judged.values = values
    if (key === OPEN || values.includes(OPEN)) judged.holds = 'open'
    else if (key === undefined || !values.every((value) => value !== OPEN && isHeaderValue(value))) judged.holds = undefined
  }

  /** Returns the outcomes of all reported rules, including shadow rules, sorted by rule name. */
  all(): readonly Judged[] {
    const all = [...this.judged]
    for (const shadow of this.#shadows ?? []) insert(all, shadow)
    return all
  }

  /**
   * Computes the decision from the reported rules, and returns it with its trace. `again` repeats the reports with a tracer that
   * stores all rules, for an explanation.
   *
   * @throws an error if two permits set different values of one header, or the body must be read first
   */
  end(again: () => Tracer): Trace {
    const { judged } = this
    const asker = this.#asker
    const shadows = this.#shadows
    if (judged.length === 0 && shadows === null) return new Answer(combine(NONE, asker), NONE, NONE, again)
    const settled = combine(judged, asker)
    if (settled.conflict)
      throw new Error('two permits set the same header to different values: this is a bug in the checker; report it')
    const early = this.#hasBody && this.request.body === undefined
    if (early && !isKnownEarly(settled, judged))
      throw new Error('the body must be read before this decision: this is a bug in iap; report it')
    const changing = (shadows ?? []).filter((shadow) => {
      if (shadow.holds === false || shadow.holds === 'open') return false
      const all = [...judged]
      insert(all, shadow)
      const other = combine(all, asker)
      return other.conflict || !sameDecision(settled, other)
    })
    return new Answer(settled, errorsOf(judged), changing.length === 0 ? NONE : changing.map(({ rule }) => rule.name), again)
  }
}

class Answer implements Trace {
  readonly effect: Settled['effect']
  readonly reason: string | null
  readonly rules: readonly string[]
  readonly obligations: Obligations
  readonly challenge: readonly UnmetRequirement[] | null
  readonly shadow: readonly string[]
  readonly errors: readonly EvaluationError[]
  readonly #again: () => Tracer

  constructor(settled: Settled, errors: readonly EvaluationError[], shadow: readonly string[], again: () => Tracer) {
    this.effect = settled.effect
    this.reason = settled.reason
    this.rules = settled.rules
    this.obligations = settled.obligations
    this.challenge = settled.challenge
    this.shadow = shadow
    this.errors = errors
    this.#again = again
  }

  explanation(): Explanation {
    const all = this.#again()
    if (all.end(this.#again).effect !== this.effect)
      throw new Error('the rules that were not evaluated would change the decision: this is a bug in the compiler; report it')
    return explainDecision(this, all.all(), (rule) => unmetOf(rule, all.facts, all.request))
  }
}

const NONE: readonly never[] = NO_ENTRIES

function unmetOf({ requires }: RuleProgram, facts: Facts, request: DecisionRequest): readonly UnmetRequirement[] {
  return requires.filter((one) => !meets(one, facts, request)).map(({ named }) => named)
}

function insert(sorted: Judged[], one: Judged): void {
  let at = sorted.length
  while (at > 0 && compareNames((sorted[at - 1] as Judged).rule.name, one.rule.name) > 0) at -= 1
  if (at === sorted.length) sorted.push(one)
  else sorted.splice(at, 0, one)
}

function errorsOf(judged: readonly Judged[]): readonly EvaluationError[] {
  const erred = judged.filter(({ holds }) => holds === undefined)
  return erred.length === 0 ? NONE : erred.map(({ rule }) => ({ rule: rule.name, error: 'evaluation' }))
}

/** Returns whether a decision without the body is final. */
function isKnownEarly({ effect, final }: Settled, judged: readonly Judged[]): boolean {
  return final || ((effect === 'deny' || effect === 'unauthenticated') && !judged.some(({ holds }) => holds === 'open'))
}
