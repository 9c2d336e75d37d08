import type { Rule } from '../../language/checker/model.ts'
import { neverApplies as entry } from '../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import { report } from '../../language/diagnostics/report.ts'
import { type Finder, type FindingContext, isTold } from './finder.ts'
import { isNowhere } from './questions.ts'
import type { RulePart, SeenRule, SymbolicRoute } from './symbolic-route.ts'

interface Seen {
  readonly rule: Rule
  /** The rule's parts, the same on every route. */
  readonly parts: readonly RulePart[]
  /** Whether its `to` can match. */
  isForSomebody: boolean
  /** Whether it is enforced and can hold except for its requirements, so that callers are challenged. */
  asks: boolean
  /** The parts, as indices, that never hold together on any route. Null: not computed yet. */
  reasons: ReadonlySet<string> | null
}

/** Reports a rule that applies to no request of any caller on any of its routes. */
export class NeverApplies implements Finder {
  readonly #question: FindingContext
  readonly #applying = new Set<Rule>()
  readonly #seen = new Map<Rule, Seen>()

  constructor(question: FindingContext) {
    this.#question = question
  }

  look(sight: SymbolicRoute): void {
    for (const one of sight.rules) {
      const { rule, parts } = one
      if (this.#applying.has(rule)) continue
      if (!isNowhere(one.applies, sight)) this.#applying.add(rule)
      else {
        const seen = this.#seen.get(rule) ?? { rule, parts, isForSomebody: false, asks: false, reasons: null }
        this.#seen.set(rule, seen)
        seen.asks ||= !rule.shadow && !isNowhere(one.holds, sight)
        if (isNowhere((parts[0] as RulePart).lets, sight)) continue
        const { reasons } = seen
        const here = reasonsOf(one, sight)
        seen.isForSomebody = true
        seen.reasons = new Set(reasons === null ? here : here.filter((reason) => reasons.has(reason)))
      }
    }
  }

  *found(isKnown: (rule: Rule) => boolean): Iterable<Diagnostic> {
    for (const seen of this.#seen.values())
      if (!this.#applying.has(seen.rule) && isKnown(seen.rule) && !isTold(this.#question, seen.rule, entry.code)) yield tell(seen)
  }
}

/** Single parts, then pairs. */
function reasonsOf({ parts }: SeenRule, sight: SymbolicRoute): readonly string[] {
  const single = parts.flatMap(({ lets }, at) => (isNowhere(lets, sight) ? [`${at}`] : []))
  const pairs = parts.flatMap((a, i) =>
    parts.flatMap((b, j) => (i < j && isNowhere(sight.diagram.and(a.lets, b.lets), sight) ? [`${i} ${j}`] : [])),
  )
  return [...single, ...pairs]
}

function tell({ rule, parts, isForSomebody, asks, reasons }: Seen): Diagnostic {
  const { name, to, declaration } = rule
  const roles = to.flatMap((one) =>
    one.kind === 'role' ? [{ message: `\`${one.role.name}\` is here`, span: one.role.place }] : [],
  )
  const first = declaration.to?.[0]
  if (!isForSomebody && first !== undefined) {
    const names = (declaration.to ?? []).map(({ text }) => `\`${text}\``)
    return report(entry, first.span, { rule: name, why: `no caller can be ${names.join(' or ')}`, asks }, roles)
  }
  const [reason = ''] = reasons ?? []
  const [one, other] = reason === '' ? [] : reason.split(' ').map((at) => parts[Number(at)] as RulePart)
  if (one === undefined) {
    const related = parts.flatMap(({ span }) => (span === null ? [] : [{ message: 'this', span }]))
    return report(entry, declaration.name.span, { rule: name, why: 'its clauses can never hold together', asks }, related)
  }
  if (other === undefined) {
    return report(entry, one.span ?? declaration.name.span, { rule: name, why: whyNever(one, rule), asks })
  }
  const placeOf = ({ span }: RulePart) => span ?? declaration.name.span
  const related = [
    { message: 'whenever this clause holds, the other does not', span: placeOf(one) },
    ...(one.kind === 'to' ? roles : []),
  ]
  return report(
    entry,
    placeOf(other),
    {
      rule: name,
      why: one.kind === 'to' ? 'this never holds for the callers of the rule' : 'this contradicts another clause of the rule',
      asks,
    },
    related,
  )
}

function whyNever({ kind, clause, span }: RulePart, { headers }: Rule): string {
  switch (kind) {
    case 'limit':
      return 'the key of its limit can never be read'
    case 'header': {
      const header = headers.find(({ value }) => value.span === span)
      return header === undefined ? 'a header can never be set' : `the header \`${header.name}\` can never be set to this`
    }
    case 'require':
      return 'this requirement can never be met'
    default:
      return `this is never ${!clause?.unless}`
  }
}
