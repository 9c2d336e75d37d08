import type { CanonicalRequest } from '../../../request/index.ts'
import { promisesJson } from '../../../request/index.ts'
import type { Certificate, Outcome, Trace } from '../../abi/index.ts'
import { messageOf } from '../../base/errors.ts'
import { CHALLENGE } from '../../identity/index.ts'
import {
  ask,
  askEarly,
  bodyTypeRefusal,
  type CallerFacts,
  type Circumstances,
  explain,
  lacksData,
  obligationsOf,
  type Policy,
  type RouteEntry,
} from '../../policy/index.ts'
import type { BodyHandle, QueryHandle, RequestHandle } from '../../realm/program/program.ts'
import { readBody, textOf } from '../read-body.ts'
import { type Refusal, refusalOf, refusedEarly } from '../refusals/refusal.ts'
import { stepUpChallenge } from '../refusals/step-up.ts'
import type { RequestContext } from '../request-context.ts'

export interface DecisionInput {
  readonly policy: Policy
  readonly route: RouteEntry
  readonly index: number
  readonly facts: CallerFacts
  readonly request: CanonicalRequest
  /** The declared parameters, typed. */
  readonly query: QueryHandle | null
  readonly mtls: Certificate | null
}

export type Verdict =
  /** `headers`: set by rules for the service. `body`: complete, if the policy has read it. */
  | { readonly kind: 'permitted'; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'gone' }

/** Steps 6 to 10 of `spec/language/decision.md`. Reads a body if it matters and keeps it for forwarding. An exception denies. */
export function decideRequest(context: RequestContext, question: DecisionInput): Verdict | Promise<Verdict> {
  const { policy, index, request, query, mtls } = question
  // One clock reading for the whole request.
  const circumstances: Circumstances = { time: BigInt(Math.trunc(context.arrived)) * 1_000_000n, mtls, data: policy.data }
  const asked = policy.request(index, request, circumstances, query, null)
  let outcome: Outcome | null
  try {
    outcome = outcomeOf(question, asked)
  } catch (error) {
    context.decided()
    return failed(context, question, error)
  }
  if (outcome !== null) return settle(context, question, asked, outcome, null)
  return readAndDecide(context, question, (body) => policy.request(index, request, circumstances, query, body))
}

/** Returns `null` if the body must be read first. */
function outcomeOf({ policy, index, route, facts }: DecisionInput, asked: RequestHandle): Outcome | null {
  if (lacksData(route, policy.data)) return { effect: 'deny', rule: null, reason: 'data' }
  return route.hasBody ? askEarly(policy, index, facts, asked) : ask(policy, index, facts, asked)
}

async function readAndDecide(
  context: RequestContext,
  question: DecisionInput,
  askedWith: (body: BodyHandle) => RequestHandle,
): Promise<Verdict> {
  const { proxy } = context
  const { policy, index, facts, request } = question
  if (context.over) return { kind: 'gone' }
  if (!promisesJson(request.headers))
    return rejected(bodyTypeRefusal.status, bodyTypeRefusal.code, bodyTypeRefusal.message, false)
  const read = await readBody(context, proxy.limits.body)
  if (context.over || read.kind === 'gone') return { kind: 'gone' }
  if (read.kind === 'too-large')
    return rejected(413, 'body-too-large', `the body is longer than the ${proxy.limits.body} bytes that the policy reads`, true)
  const text = textOf(read.bytes)
  if (text === null) return rejected(400, 'body', 'the body is not UTF-8', false)
  context.body = read.bytes
  try {
    const body = policy.body(index, text)
    if (!body.ok) return rejected(400, 'body', body.message, false)
    const asked = askedWith(body.body)
    return settle(context, question, asked, ask(policy, index, facts, asked), read.bytes)
  } catch (error) {
    return failed(context, question, error)
  }
}

function rejected(status: number, code: string, message: string, close: boolean): Verdict {
  return { kind: 'refused', refusal: refusedEarly(status, code, message, [], close) }
}

function settle(
  context: RequestContext,
  question: DecisionInput,
  asked: RequestHandle,
  outcome: Outcome,
  body: Buffer | null,
): Verdict {
  const { route, facts, policy } = question
  try {
    context.outcome = outcome
    context.decisionRequest = asked
    context.showedCertificate = question.mtls !== null
    // Tracing is slower, so only if the reason will be needed.
    const traced = outcome.effect !== 'permit' || policy.hasShadows ? traceOf(policy, outcome, route, facts, asked) : null
    if (outcome.effect === 'permit') {
      const obligations = traced?.obligations ?? obligationsOf(policy, route, facts, asked)
      context.rules = outcome.rule === null ? [] : [outcome.rule]
      context.shadow = traced?.shadow ?? []
      context.obligations = obligations
      context.effect = 'permit'
      return { kind: 'permitted', headers: obligations.headers, body }
    }
    const trace = traced as Trace
    context.rules = trace.rules
    context.errors = trace.errors
    context.challenge = trace.challenge
    context.shadow = trace.shadow
    context.effect = outcome.effect
    return { kind: 'refused', refusal: refusalOfOutcome(context, outcome, trace) }
  } catch (error) {
    return failed(context, question, error)
  } finally {
    context.decided()
  }
}

/** A deny for lack of data was not made by the module. */
function traceOf(policy: Policy, outcome: Outcome, route: RouteEntry, facts: CallerFacts, asked: RequestHandle): Trace {
  if (outcome.reason === 'data' && outcome.rule === null) return { ...outcome, ...NOTHING }
  return explain(policy, outcome, route, facts, asked)
}

const NOTHING = {
  rules: [],
  obligations: { headers: {}, limits: [] },
  challenge: null,
  shadow: [],
  errors: [],
  explanation: () => ({ rules: [], nearest: null }),
} as const

function failed(context: RequestContext, { policy, route }: DecisionInput, error: unknown): Verdict {
  const message = messageOf(error)
  context.effect = 'deny'
  context.outcome = null
  context.detail = message
  if (context.candidate !== null) context.candidate.threw = true
  const { requestId, proxy } = context
  proxy.log.error('a decision failed', { requestId, route: route.name, error: message, stack: policy.stackOf(error) })
  return { kind: 'refused', refusal: refusalOf('decision-failed') }
}

/** Returns the refusal for any outcome but permit. */
function refusalOfOutcome(
  { authentication, proxy }: RequestContext,
  { effect, reason, rule }: Outcome,
  { challenge }: Trace,
): Refusal {
  switch (effect) {
    case 'unauthenticated':
      return refusalOf('unauthenticated', { headers: [['www-authenticate', CHALLENGE]] })
    case 'challenge': {
      const mfa = authentication?.kind === 'caller' ? proxy.mfaAcr(authentication.identity) : []
      return refusalOf('insufficient-authentication', { headers: [['www-authenticate', stepUpChallenge(challenge ?? [], mfa)]] })
    }
    // A deny by default has no rule; its reason is one of the proxy's.
    case 'deny':
      return refusalOf('denied', { because: rule === null ? null : reason })
    default:
      throw new Error('the policy module has decided what is no decision')
  }
}
