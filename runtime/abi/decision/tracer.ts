import type { DecisionRequest, Facts, Trace } from '../module.ts'
import { isHeaderValue } from './header-value.ts'
import { meets } from './meets.ts'
import type { RuleProgram } from './rule.ts'
import { type Asker, compareNames, type Judged, type Settled, settle } from './settle.ts'

/** What a `trace` function fills, rule by rule, in any order; then it settles the answer, and what each shadow rule would have made of it. */
export class Tracer {
  readonly #facts: Facts
  readonly #request: DecisionRequest
  readonly #asker: Asker
  /** The body is not read yet: some rules may be open. */
  readonly #early: boolean
  readonly #enforced: Judged[] = []
  readonly #shadows: Judged[] = []
  #open = false

  /** `stepsUp` by identity. `hasBody`: the route declares one. */
  constructor(facts: Facts, request: DecisionRequest, signIn: boolean, stepsUp: readonly boolean[], hasBody: boolean) {
    this.#facts = facts
    this.#request = request
    this.#asker = { anonymous: facts.identity < 0, stepsUp: stepsUp[facts.identity] ?? false, signIn }
    this.#early = hasBody && request.body === undefined
  }

  /** A rule's `to` and clauses but requirements; undefined where they err. */
  judge(rule: RuleProgram, test: boolean | undefined): void {
    if (rule.effect === 'permit') this.#add({ ...NOTHING, rule, holds: test, unmet: this.#unmet(rule) })
    else this.#add({ ...NOTHING, rule, holds: rule.requires.length > this.#unmet(rule).length ? false : test })
  }

  /** A permit with obligations whose test is true: `key` of its limit as text, `headers` in the order that the rule names them; undefined where they err. */
  oblige(rule: RuleProgram, key: string | null | undefined, headers: readonly (string | undefined)[]): void {
    const values = headers.filter(isHeaderValue)
    if (key === undefined || values.length < headers.length) {
      this.#add({ ...NOTHING, rule, holds: undefined })
      return
    }
    this.#add({
      rule,
      holds: true,
      unmet: this.#unmet(rule),
      limit: rule.limit && { rule: rule.name, count: rule.limit.count, per: rule.limit.per, key },
      headers: rule.headers.map((name, at) => [name, values[at] as string] as const),
    })
  }

  /** Before the body: `closed` is what can be said of an enforced rule without it. */
  open(rule: RuleProgram, closed: boolean | undefined): void {
    const settled = closed === false || (rule.effect === 'forbid' && this.#unmet(rule).length < rule.requires.length)
    if (!settled) this.#open = true
  }

  end(): Trace {
    const judged = this.#enforced.sort(byName)
    const settled = settle(judged, this.#asker)
    if (settled.conflict) throw new Error('two permits set one header to two values: the checker has let them pass')
    if (this.#early && !isKnownEarly(settled, this.#open)) throw new Error('the body is to be read first')
    const changing = this.#shadows.sort(byName).filter(({ rule, holds, ...rest }) => {
      if (holds === false) return false
      const other = settle([...judged, { rule, holds, ...rest }].sort(byName), this.#asker)
      return other.conflict || !isSame(settled, other)
    })
    const { effect, reason, rules, obligations, challenge } = settled
    return {
      effect,
      reason,
      rules,
      obligations,
      challenge,
      shadow: changing.map(({ rule }) => rule.name),
      errors: judged.filter(({ holds }) => holds === undefined).map(({ rule }) => ({ rule: rule.name, error: 'evaluation' })),
    }
  }

  #add(judged: Judged): void {
    if (judged.rule.shadow) this.#shadows.push(judged)
    else this.#enforced.push(judged)
  }

  #unmet({ requires }: RuleProgram): Judged['unmet'] {
    return requires.filter((one) => !meets(one, this.#facts, this.#request)).map(({ named }) => named)
  }
}

const NOTHING = { unmet: [], limit: null, headers: [] } as const

/** Whether what is known without the body is the answer. */
function isKnownEarly({ effect, final }: Settled, open: boolean): boolean {
  return final || (!open && (effect === 'deny' || effect === 'unauthenticated'))
}

function isSame(a: Settled, b: Settled): boolean {
  return decisionText(a) === decisionText(b)
}

/** What two equal decisions have in common: headers are sorted by name, limits by rule, requirements by what they ask. */
function decisionText({ effect, reason, obligations, challenge }: Settled): string {
  return JSON.stringify([effect, reason, Object.entries(obligations.headers), obligations.limits, challenge])
}

function byName(a: Judged, b: Judged): number {
  return compareNames(a.rule.name, b.rule.name)
}
