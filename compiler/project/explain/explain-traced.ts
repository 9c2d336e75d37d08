import { offsetAt, type Source, type Span } from '../../../language/index.ts'
import type { EvalAnswer, EvalRequest, ExplainedClause as TracedClause, WrittenPlace } from '../../../runtime/abi/index.ts'
import { type EvaluateOptions, evaluateExplained, type Policy } from '../../../runtime/policy/index.ts'
import { type ExplainedClause, type ExplainedRule, type ExplanationJson, spanJson } from './explanation-json.ts'
import type { PlaceJson } from './place-json.ts'

/**
 * An explanation with only the parts that the compiled policy provides: `spec/language/explanation.md`, "Without the sources".
 */
export interface TracedJson extends Pick<ExplanationJson, 'answer' | 'missing'> {
  readonly rules: readonly (Omit<ExplainedRule, 'to' | 'missingRoles' | 'place' | 'clauses'> & {
    readonly clauses: readonly ClauseJson[]
  })[]
  readonly nearest:
    | (Omit<NonNullable<ExplanationJson['nearest']>, 'clauses'> & { readonly clauses: readonly ClauseJson[] })
    | null
}
type ClauseJson = Omit<ExplainedClause, 'error' | 'reads'>

export interface TracedPolicy {
  readonly policy: Policy
  /** Sources from which clauses are quoted. They are not checked for errors. */
  readonly sources: readonly Source[]
  readonly seen: (span: Span) => Span
}

/** Explains a policy's decision by a trace of its compiled code. The explanation contains no values of expressions. */
export function explainTraced(
  { policy, sources, seen }: TracedPolicy,
  request: EvalRequest,
  options: EvaluateOptions,
): TracedJson {
  const { answer, explanation } = evaluateExplained(policy, request, options)
  const clauseJson = ({ clause, name, place, outcome }: TracedClause): ClauseJson => {
    const written = writtenAt(place)
    return { clause, ...(name !== undefined && { name }), ...written, outcome }
  }
  const writtenAt = ({ file, start, end }: WrittenPlace): { readonly text: string; readonly place: PlaceJson } => {
    const source = sources.find(({ name }) => name === file)
    if (source === undefined) throw new Error(`the policy says that a clause stands in \`${file}\`, which is none of its sources`)
    const span = { source, start: offsetAt(source, start), end: offsetAt(source, end) }
    return { text: source.text.slice(span.start, span.end), place: spanJson(seen(span)) }
  }
  const { rules, nearest } = explanation
  return {
    answer,
    missing: answer.reason === 'data' && answer.rules.length === 0 ? missingData(policy, answer, request, options) : [],
    rules: rules.map((rule) => ({ ...rule, clauses: rule.clauses.map(clauseJson) })),
    nearest: nearest && { ...nearest, clauses: nearest.clauses.map(clauseJson) },
  }
}

function missingData(
  policy: Policy,
  { route }: EvalAnswer,
  { data = {} }: EvalRequest,
  options: EvaluateOptions,
): readonly string[] {
  const read = policy.module.routes.find(({ name }) => name === route)?.data ?? []
  return read.filter((name) => !Object.hasOwn(data, name) && options.data?.arrived.has(name) !== true)
}
