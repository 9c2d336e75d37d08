/** Why a request is refused: what `spec/language/explanation.md` says of an answer without the policy's sources. */
import type { ExplainedClause, ExplainedRule, Explanation, Trace, UnmetRequirement, WrittenClause } from '../module.ts'
import { isHeaderValue } from './header-value.ts'
import type { ClauseOutcome, Judged } from './judged.ts'
import type { RuleProgram } from './rule.ts'

type UnmetOf = (rule: RuleProgram) => readonly UnmetRequirement[]

/** `judged`: the enforced rules whose `to` fits, sorted by name. */
export function explain(
  { effect, rules }: Pick<Trace, 'effect' | 'rules'>,
  judged: readonly Judged[],
  unmetOf: UnmetOf,
): Explanation {
  if (effect === 'permit') return { forbids: [], permits: [] }
  const deciding = judged.filter(({ rule }) => rule.effect === 'forbid' && rules.includes(rule.name))
  if (deciding.length > 0) return { forbids: deciding.map((one) => explained(one, unmetOf, lifts)), permits: [] }
  const permits = judged.filter(({ rule }) => rule.effect === 'permit')
  return { forbids: [], permits: permits.map((one) => explained(one, unmetOf, keeps)) }
}

/** Of a clause of a forbid: whether it would not hold, were it false. Of one that was not evaluated it would have to be known that it can be. */
function lifts({ outcome }: ExplainedClause): boolean {
  return outcome !== 'not-evaluated'
}

/** Of a clause of a permit: whether it does not hold as long as it is so. */
function keeps({ outcome }: ExplainedClause): boolean {
  return outcome !== 'true'
}

function explained(judged: Judged, unmetOf: UnmetOf, counts: (clause: ExplainedClause) => boolean): ExplainedRule {
  const { rule } = judged
  const outcomes = outcomesOf(judged, unmetOf(rule))
  const [file = '', ...places] = rule.written
  const clauses = places.map(
    (place, at): ExplainedClause => ({ ...readPlace(file, place), outcome: outcomes[at] ?? 'not-evaluated' }),
  )
  return { rule: rule.name, clauses: clauses.filter(counts) }
}

/** In the order in which a rule says where its clauses stand. */
function outcomesOf(
  { rule, clauses, holds, key, values }: Judged,
  unmet: readonly UnmetRequirement[],
): ExplainedClause['outcome'][] {
  const places = rule.written.length - 1
  const obligations = places - clauses.length - rule.requires.length
  const asked = clauses.every((one) => one === true)
  const told = (erred: boolean): ExplainedClause['outcome'] =>
    !asked ? 'not-evaluated' : holds === 'open' ? 'open' : erred ? 'error' : 'true'
  // A permit asks for a requirement to be met, a forbid for none to be.
  const wanted = rule.effect === 'permit'
  const hasKey = obligations > rule.headers.length
  return [
    ...clauses.map(nameOf),
    ...(hasKey ? [told(key === undefined)] : []),
    ...rule.headers.map((_, at) => told(!isHeaderValue(values[at]))),
    ...rule.requires.map(({ named }): ExplainedClause['outcome'] => (unmet.includes(named) === wanted ? 'false' : 'true')),
  ]
}

function nameOf(outcome: ClauseOutcome): ExplainedClause['outcome'] {
  if (outcome === undefined) return 'error'
  if (outcome === null) return 'not-evaluated'
  return outcome === 'open' ? outcome : outcome ? 'true' : 'false'
}

/** `when 8:8+17` */
function readPlace(file: string, text: string): WrittenClause {
  const [clause = '', line = '', column = '', length = ''] = text.split(/[ :+]/)
  return {
    clause: clause as WrittenClause['clause'],
    file,
    line: Number(line),
    column: Number(column),
    length: Number(length),
  }
}
