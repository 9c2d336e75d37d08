import type { Rule } from '../../language/checker/model.ts'
import { constantCondition, redundantGuard } from '../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import { report } from '../../language/diagnostics/report.ts'
import type { Edge } from '../bdd/bdd.ts'
import { type Finder, type FindingContext, isTold } from './finder.ts'
import { isNowhere } from './questions.ts'
import type { RulePart, SeenRule, SymbolicRoute } from './symbolic-route.ts'

interface Seen {
  readonly parts: readonly RulePart[]
  /** Clauses that are always true. */
  constant: ReadonlySet<number>
  /** Clauses that are true whenever the rest of the rule is not false, with the single other parts that suffice for that. */
  decided: ReadonlyMap<number, ReadonlySet<number>>
}

/** Reports a redundant clause: it is always true, or true whenever the rest of its rule is not false. */
export class SettledClause implements Finder {
  readonly #question: FindingContext
  readonly #seen = new Map<Rule, Seen>()
  readonly #applying = new Set<Rule>()

  constructor(question: FindingContext) {
    this.#question = question
  }

  look(sight: SymbolicRoute): void {
    for (const one of sight.rules) {
      const { rule, parts } = one
      const before = this.#seen.get(rule)
      if (before !== undefined && before.constant.size + before.decided.size === 0) continue
      if (isNowhere((parts[0] as RulePart).lets, sight)) continue
      if (!isNowhere(one.applies, sight)) this.#applying.add(rule)
      const here = settledOf(one, before, sight)
      this.#seen.set(rule, before === undefined ? here : both(before, here))
    }
  }

  *found(isKnown: (rule: Rule) => boolean): Iterable<Diagnostic> {
    const codes = [constantCondition.code, redundantGuard.code]
    for (const [rule, { parts, constant, decided }] of this.#seen) {
      if (!this.#applying.has(rule) || !isKnown(rule) || isTold(this.#question, rule, ...codes)) continue
      for (const [at, { span, clause }] of parts.entries()) {
        if (span === null || clause === null) continue
        if (constant.has(at)) yield report(constantCondition, span, { value: !clause.unless })
        else if (decided.has(at)) yield tellDecided(at, decided.get(at) as ReadonlySet<number>, parts, span, rule)
      }
    }
  }
}

/** From last to first, so that one of two equal clauses remains. */
function settledOf({ parts }: SeenRule, before: Seen | undefined, sight: SymbolicRoute): Seen {
  const { diagram } = sight
  const constant = new Set<number>()
  const decided = new Map<number, ReadonlySet<number>>()
  const gone = new Set<number>()
  for (const at of [...parts.keys()].reverse()) {
    const { clause } = parts[at] as RulePart
    if (clause === null || clause.stays || !(before?.decided.has(at) ?? true)) continue
    const fails = diagram.not(clause.meaning.yes)
    const others = parts.filter((part, other) => other !== at && !gone.has(other) && isAsked(part))
    if (!isNowhere(diagram.all([fails, ...others.map(notFalse(sight))]), sight)) continue
    gone.add(at)
    if (isNowhere(fails, sight)) constant.add(at)
    decided.set(
      at,
      new Set(
        parts.flatMap((part, other) =>
          others.includes(part) && isNowhere(diagram.and(fails, notFalse(sight)(part)), sight) ? [other] : [],
        ),
      ),
    )
  }
  return { parts, constant, decided }
}

/** A permit's requirements and obligations do not affect its clauses. */
function isAsked({ kind }: RulePart): boolean {
  return kind === 'to' || kind === 'clause'
}

function notFalse({ diagram }: SymbolicRoute): (part: RulePart) => Edge {
  return ({ clause, lets }) => (clause === null ? lets : diagram.not(clause.meaning.no))
}

function both(a: Seen, b: Seen): Seen {
  const common = <T>(some: ReadonlySet<T>, others: ReadonlySet<T>) => new Set([...some].filter((one) => others.has(one)))
  const decided = [...a.decided].flatMap(([at, by]) => {
    const other = b.decided.get(at)
    return other === undefined ? [] : [[at, common(by, other)] as const]
  })
  return { parts: a.parts, constant: common(a.constant, b.constant), decided: new Map(decided) }
}

function tellDecided(
  at: number,
  by: ReadonlySet<number>,
  parts: readonly RulePart[],
  span: NonNullable<RulePart['span']>,
  rule: Rule,
): Diagnostic {
  const [first] = by
  const one = first === undefined ? null : (parts[first] as RulePart)
  const is = (parts[at] as RulePart).clause?.unless ? 'false' : 'true'
  if (one?.kind === 'to') {
    const roles = rule.to.flatMap((other) =>
      other.kind === 'role' ? [{ message: `\`${other.role.name}\` is here`, span: other.role.place }] : [],
    )
    return report(redundantGuard, span, { why: `it is ${is} for every caller of the rule` }, roles)
  }
  const others = one === null ? parts.filter((part, other) => other !== at && isAsked(part)) : [one]
  const related = others.flatMap((other) =>
    other.span === null ? [] : [{ message: 'this makes it redundant', span: other.span }],
  )
  return report(redundantGuard, span, { why: `it is ${is} whenever the other clauses of the rule hold` }, related)
}
