import { constantsOf } from '../../compiler/testing/invariants/constants.ts'
import { generateRequest } from '../../compiler/testing/invariants/generate-request.ts'
import { partsOf } from '../../compiler/testing/invariants/part-of-model.ts'
import { Random } from '../../compiler/testing/invariants/random.ts'
import type { Model, Route, Rule } from '../../language/checker/model.ts'
import { forbidMayFail as entry } from '../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import type { Edge } from '../bdd/bdd.ts'
import { buildRequest } from '../witness/build-request.ts'
import { type Finder, type FindingContext, isTold } from './finder.ts'
import { isNowhere } from './questions.ts'
import type { SymbolicRoute } from './symbolic-route.ts'

/** The number of requests tried where a diagram says that a forbid may fail. */
const TRIES = 24
/** The number of places tried per forbid. */
const LEADS = 4

/**
 * Examines each forbid about which a syntactic lint rule warns that its condition may err. Refutes the warning if the condition
 * cannot err; adds route and caller if a found request makes it err. Leaves other warnings unchanged.
 */
export class ForbidMayFail implements Finder {
  readonly #question: FindingContext
  readonly #told: ReadonlyMap<Rule, Diagnostic>
  /** The number of attempts by rule, and their results. */
  readonly #tried = new Map<Rule, number>()
  readonly #shown = new Map<Rule, string>()
  readonly refuted = new Set<Diagnostic>()
  readonly #random = new Random(1)
  readonly #partOf: (route: Route) => Model

  constructor(question: FindingContext) {
    this.#question = question
    this.#partOf = partsOf(question.model)
    const { told, model } = question
    const suspects = told.filter(({ code }) => code === entry.code)
    this.#told = new Map(
      model.rules.flatMap((rule) => {
        const one = suspects.find((suspect) => isTold({ told: [suspect] }, rule, entry.code))
        return one === undefined ? [] : [[rule, one] as const]
      }),
    )
  }

  look(sight: SymbolicRoute): void {
    if (this.#told.size === 0) return
    for (const { rule, errs } of sight.rules) {
      const tried = this.#tried.get(rule) ?? 0
      if (!this.#told.has(rule) || this.#shown.has(rule) || tried === LEADS || isNowhere(errs, sight)) continue
      this.#tried.set(rule, tried + 1)
      const shown = this.#show(rule, errs, sight)
      if (shown !== null) this.#shown.set(rule, shown)
    }
  }

  *found(isKnown: (rule: Rule) => boolean): Iterable<Diagnostic> {
    for (const [rule, diagnostic] of this.#told) {
      const shown = this.#shown.get(rule)
      if (shown !== undefined) yield { ...diagnostic, related: [{ message: shown, span: rule.declaration.name.span }] }
      if (shown !== undefined || (isKnown(rule) && !this.#tried.has(rule))) this.refuted.add(diagnostic)
    }
  }

  /** Describes a request that makes it fail; null: none was found. */
  #show(rule: Rule, errs: Edge, { identity, encoding, diagram, consistent, routes }: SymbolicRoute): string | null {
    const route = routes.find((one) => rule.routes.includes(one))
    // Only an imported schema's validator knows what it accepts.
    if (route === undefined || (route.body?.schema ?? null) !== null) return null
    const model = this.#partOf(route)
    const constants = constantsOf(model)
    const where = diagram.and(errs, consistent)
    const fails = (request: EvalRequest) => {
      const answer = this.#question.ask(request)
      return answer.route === route.name && answer.errors.some((error) => error.rule === rule.name)
    }
    const alone = { ...model, identities: identity === null ? [] : [identity] }
    for (let tries = 0; tries < TRIES; tries++) {
      const assignment = diagram.satisfy(where, () => tries > 0 && this.#random.chance(0.5)) ?? new Map()
      const asker = { model, route, identity, constants, random: this.#random }
      const requests = [buildRequest(encoding, assignment, asker), generateRequest(alone, route, constants, this.#random)]
      const by = identity === null ? 'somebody whom nobody knows' : `a caller of \`${identity.name}\``
      if (requests.some(fails)) return `a request to \`${route.name}\` makes it fail, by ${by}`
    }
    return null
  }
}
