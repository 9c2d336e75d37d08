import {
  type ExplainedPolicy,
  type ExplanationJson,
  explanationJson,
  type LoadedPolicy,
  nearestRoutes,
} from '../../compiler/project/index.ts'
import { interpretWithTrace } from '../../interpreter/index.ts'
import type { EvalAnswer } from '../../runtime/abi/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { type LogRecord, textAt } from '../../runtime/telemetry/audit/query/index.ts'
import { decidedIn, MissingValueError, type Replayer, traceOf } from '../../runtime/telemetry/replay/index.ts'
import { CliError } from '../cli-error.ts'
import { requestOfRecord } from './request-of-record.ts'

export interface RecordedExplanation {
  readonly explanation: ExplanationJson
  /** Inputs that the policy reads but the audit record does not contain: paths such as `caller.level`, and `data NAME`. */
  readonly lacking: readonly string[]
  /** Whether the policy now decides differently from the record, because the policy or its data changed. */
  readonly disagrees: boolean
}

/**
 * Explains a recorded decision, using the sources of the policy and the inputs in the audit record. Rules that read an input
 * missing from the record get the outcome `unknown`.
 *
 * @param values whether to include the values that clauses read
 * @throws CliError if no policy decided the request, or the record is incomplete
 */
export function explainRecorded(
  loaded: LoadedPolicy,
  replayer: Replayer,
  record: LogRecord,
  data: Readonly<Record<string, unknown>>,
  values: boolean,
): RecordedExplanation {
  const decided = decidedIn(record)
  if (decided === null)
    throw new CliError('no policy decided this request', '`effect`, `code` and `detail` of the record say what the proxy did')
  const explained = loaded.explained()
  const { policy } = loaded
  const route = policy.module.routes.find(({ name }) => name === decided.route)
  const base = { id: String(record.requestId ?? ''), shadow: [], errors: [], revision: policy.revision }
  const asRecorded: EvalAnswer = {
    ...base,
    ...{
      effect: decided.effect,
      route: decided.route,
      rules: decided.rules,
      challenge: decided.challenge,
      reason: decided.reason,
    },
    obligations: { headers: {}, limits: [] },
  }
  if (route === undefined || decided.reason === 'data') {
    const missing = route === undefined ? [] : route.data.filter((name) => !Object.hasOwn((record.data ?? {}) as object, name))
    const routes = route === undefined ? nearestOf(record, explained) : null
    const explanation = { answer: asRecorded, missing, rules: [], nearest: null, nearestRoutes: routes }
    return { explanation, lacking: [], disagrees: route === undefined && decided.route !== null }
  }
  const known = replayer.known(record, route)
  const again = answerAgain(policy, replayer, record)
  const answer = again === null ? asRecorded : { ...base, ...again }
  const disagrees = again !== null && !agree(again, asRecorded)
  const request = requestOfRecord(record, known, explained.model, data)
  const explanation = interpretWithTrace(explained.model, request, { fitsSchema: () => true })
  if (explanation.answer.effect === 'reject')
    throw new CliError('this policy rejects the request in the record as invalid', 'use the bundle that made the decision')
  const lacking = new Set(known.lacking)
  return { explanation: explanationJson(explained, answer, [], explanation, values, lacking), lacking: known.lacking, disagrees }
}

/**
 * Returns null if the record does not show what was asked for, as redacted ones do not; also for a host of no service, as the
 * configuration may have replaced those of the policy.
 */
function nearestOf(record: LogRecord, explained: ExplainedPolicy): ExplanationJson['nearestRoutes'] {
  const textOf = (name: string) => textAt(record, name) ?? ''
  const found = nearestRoutes(explained, { method: textOf('method'), url: `https://${textOf('host')}${textOf('rawPath')}` })
  return found?.differs === 'host' ? null : found
}

type Again = Omit<EvalAnswer, 'id' | 'revision'>

/** Returns null if the record lacks what decided. */
function answerAgain(policy: Policy, replayer: Replayer, record: LogRecord): Again | null {
  try {
    const answer = replayer.answer(record)
    if (answer === 'no-route' || !('outcome' in answer)) return null
    const trace = traceOf(policy, answer)
    if (trace === null) return null
    const { effect, rules, obligations, challenge, shadow, errors, reason } = trace
    return { effect, route: answer.route.name, rules, obligations, challenge, shadow, errors, reason }
  } catch (error) {
    if (error instanceof MissingValueError) return null
    throw error
  }
}

/** A record of a permit names one of the rules. */
function agree(again: Again, recorded: EvalAnswer): boolean {
  return (
    again.effect === recorded.effect &&
    again.reason === recorded.reason &&
    recorded.rules.every((rule) => again.rules.includes(rule))
  )
}
