import { forbidMayFail as entry } from '../../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../../language/diagnostics/diagnostic.ts'
import { report } from '../../../language/diagnostics/report.ts'
import type { Rule } from '../../../language/semantics/model.ts'
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import { constantsOf } from '../../testing/invariants/constants.ts'
import { generateRequest } from '../../testing/invariants/generate-request.ts'
import { partsOf } from '../../testing/invariants/part-of-model.ts'
import { Random } from '../../testing/invariants/random.ts'
import { buildRequest } from '../witness/build-request.ts'
import { type Finder, isTold, type Question } from './finder.ts'
import { isNowhere, type Sight } from './sight.ts'

/** Requests that are tried where a diagram says that a forbid could fail. */
const TRIES = 24
/** Of each forbid. */
const LEADS = 4

/**
 * Of the forbids of which the text says that they may fail: those that cannot are not told, and for those of which a request is found that makes them fail, its route and caller are. Of
 * the others nobody knows.
 */
export class ForbidMayFail implements Finder {
  readonly #question: Question
  readonly #told: ReadonlyMap<Rule, Diagnostic>
  readonly #leads = new Map<Rule, Sight[]>()
  readonly refuted = new Set<Diagnostic>()

  constructor(question: Question) {
    this.#question = question
    const { told, model } = question
    const suspects = told.filter(({ code }) => code === entry.code)
    this.#told = new Map(
      model.rules.flatMap((rule) => {
        const one = suspects.find((suspect) => isTold({ told: [suspect] }, rule, entry.code))
        return one === undefined ? [] : [[rule, one] as const]
      }),
    )
  }

  look(sight: Sight): void {
    if (this.#told.size === 0) return
    for (const { rule, errs } of sight.rules)
      if (this.#told.has(rule) && !isNowhere(errs, sight))
        this.#leads.set(rule, [...(this.#leads.get(rule) ?? []), sight].slice(0, LEADS))
  }

  *found(isKnown: (rule: Rule) => boolean): Iterable<Diagnostic> {
    for (const [rule, diagnostic] of this.#told) {
      const leads = this.#leads.get(rule)
      if (leads === undefined) {
        if (isKnown(rule)) this.refuted.add(diagnostic)
        continue
      }
      const shown = this.#show(rule, leads)
      if (shown === null) continue
      this.refuted.add(diagnostic)
      yield report(entry, diagnostic.span, { rule: rule.name }, [{ message: shown, span: rule.declaration.name.span }])
    }
  }

  /** A request that makes it fail, in words; null: none was found. */
  #show(rule: Rule, leads: readonly Sight[]): string | null {
    const { model, ask } = this.#question
    const partOf = partsOf(model)
    const random = new Random(1)
    for (const sight of leads) {
      const { identity, encoding, diagram, consistent, rules } = sight
      const route = sight.routes.find((one) => rule.routes.includes(one))
      const errs = rules.find((one) => one.rule === rule)?.errs
      // What an imported schema lets in, its validator alone knows.
      if (route === undefined || errs === undefined || (route.body?.schema ?? null) !== null) continue
      const part = partOf(route)
      const constants = constantsOf(part)
      const fails = (request: EvalRequest) => {
        const answer = ask(request)
        return answer.route === route.name && answer.errors.some((error) => error.rule === rule.name)
      }
      const where = diagram.and(errs, consistent)
      const asker = { model: part, route, identity, constants, random }
      const alone = { ...part, identities: identity === null ? [] : [identity] }
      for (let tries = 0; tries < TRIES; tries++) {
        const assignment = diagram.satisfy(where, () => tries > 0 && random.chance(0.5)) ?? new Map()
        const requests = [buildRequest(encoding, assignment, asker), generateRequest(alone, route, constants, random)]
        if (requests.some(fails))
          return `a request to \`${route.name}\` makes \`${rule.name}\` fail, by ${identity === null ? 'somebody whom nobody knows' : `a caller of \`${identity.name}\``}`
      }
    }
    return null
  }
}
