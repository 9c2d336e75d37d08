/** Explains a decision without the policy's sources (`spec/language/explanation.md`). */
import type { ExplainedClause, ExplainedRule, Explanation, NearestPermit, Trace, UnmetRequirement } from '../module.ts'
import { isHeaderValue } from '../values/texts/text.ts'
import { type ClauseOutcome, type Judged, OPEN, type TextResult } from './judged.ts'
import type { RuleProgram } from './rule.ts'

type UnmetOf = (rule: RuleProgram) => readonly UnmetRequirement[]

/**
 * Explains a decision by its rules and their clauses. `judged` holds the outcomes of the rules whose `to` matches the caller,
 * sorted by name.
 */
export function explainDecision(
  { effect, rules }: Pick<Trace, 'effect' | 'rules'>,
  judged: readonly Judged[],
  unmetOf: UnmetOf,
): Explanation {
  const told = judged.map((one) => explained(one, rules.includes(one.rule.name), unmetOf(one.rule)))
  return { rules: told, nearest: effect === 'permit' ? null : nearestOf(told) }
}

/** Returns the enforced permit with the fewest unmet clauses, and the `forbid` rules that would also deny the request. */
function nearestOf(rules: readonly ExplainedRule[]): NearestPermit | null {
  let nearest: NearestPermit | null = null
  for (const { rule, effect, shadow, clauses } of rules) {
    if (effect !== 'permit' || shadow) continue
    const lacks = clauses.filter(({ outcome }) => outcome !== 'true')
    if (nearest !== null && nearest.clauses.length <= lacks.length) continue
    nearest = { permit: rule, to: null, clauses: lacks, forbids: rules.filter(isInTheWay).map((one) => one.rule) }
  }
  return nearest
}

function isInTheWay({ effect, shadow, outcome }: ExplainedRule): boolean {
  return effect === 'forbid' && !shadow && (outcome === 'holds' || outcome === 'errs')
}

function explained(judged: Judged, decides: boolean, unmet: readonly UnmetRequirement[]): ExplainedRule {
  const { name, effect, shadow, because } = judged.rule
  return { rule: name, effect, shadow, outcome: outcomeOf(judged), decides, because, clauses: clausesOf(judged, unmet) }
}

function outcomeOf({ holds, unmet }: Judged): ExplainedRule['outcome'] {
  if (holds === true) return unmet.length > 0 ? 'unmet' : 'holds'
  if (holds === 'open') return 'open'
  return holds === false ? 'fails' : 'errs'
}

function clausesOf(judged: Judged, unmet: readonly UnmetRequirement[]): readonly ExplainedClause[] {
  const { rule } = judged
  const written = writtenOf(rule)
  const outcomes = outcomesOf(judged, unmet, written.length)
  const clauses = written.map(({ clause, name, place }, at): ExplainedClause => {
    const outcome = outcomes[at] ?? 'not-evaluated'
    return name === undefined ? { clause, place, outcome } : { clause, name, place, outcome }
  })
  // A forbid's requirement is a clause like others.
  return rule.effect === 'forbid' && rule.requires.length > 0 ? clauses.sort(comparePlaces) : clauses
}

type Written = Omit<ExplainedClause, 'outcome'>

/** Cache of the parsed places of rules' clauses. */
const known = new WeakMap<RuleProgram, readonly Written[]>()

function writtenOf(rule: RuleProgram): readonly Written[] {
  const made = known.get(rule) ?? readClauses(rule)
  known.set(rule, made)
  return made
}

function readClauses({ written: [file = '', ...texts], headers }: RuleProgram): readonly Written[] {
  let header = 0
  return texts.map((text): Written => {
    const { clause, start, end } = readWritten(text)
    const name = clause === 'header' ? headers[header++] : undefined
    const place = Object.freeze({ file, start: Object.freeze(start), end: Object.freeze(end) })
    return name === undefined ? { clause, place } : { clause, name, place }
  })
}

/** Returns the outcomes of clauses in the order of the rule's `written`. */
function outcomesOf(
  { rule, clauses, key, values }: Judged,
  unmet: readonly UnmetRequirement[],
  places: number,
): ExplainedClause['outcome'][] {
  const obligations = places - clauses.length - rule.requires.length
  const asked = clauses.every((one) => one === true)
  const told = (value: TextResult | null, isRight: (value: string | undefined) => boolean): ExplainedClause['outcome'] =>
    !asked ? 'not-evaluated' : value === OPEN ? 'open' : value === null || isRight(value) ? 'true' : 'error'
  // A permit needs its requirements met, a forbid needs one unmet.
  const wanted = rule.effect === 'permit'
  const hasKey = obligations > rule.headers.length
  return [
    ...clauses.map(nameOf),
    ...(hasKey ? [told(key, (text) => text !== undefined)] : []),
    ...rule.headers.map((_, at) => told(values[at], isHeaderValue)),
    ...rule.requires.map(({ named }): ExplainedClause['outcome'] => (unmet.includes(named) === wanted ? 'false' : 'true')),
  ]
}

function nameOf(outcome: ClauseOutcome): ExplainedClause['outcome'] {
  if (outcome === undefined) return 'error'
  if (outcome === null) return 'not-evaluated'
  return outcome === 'open' ? outcome : outcome ? 'true' : 'false'
}

/** Parses the place of a clause, such as `when 8:8-8:25`. */
function readWritten(text: string): Pick<ExplainedClause, 'clause'> & Omit<ExplainedClause['place'], 'file'> {
  const [clause = '', ...numbers] = text.split(/[ :-]/)
  const [line = 0, column = 0, endLine = 0, endColumn = 0] = numbers.map(Number)
  return {
    clause: clause as ExplainedClause['clause'],
    start: { line, column },
    end: { line: endLine, column: endColumn },
  }
}

function comparePlaces({ place: { start: a } }: ExplainedClause, { place: { start: b } }: ExplainedClause): number {
  return a.line - b.line || a.column - b.column
}
