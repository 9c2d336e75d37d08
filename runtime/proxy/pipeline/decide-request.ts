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
  /** Of the route among those of the policy. */
  readonly index: number
  readonly facts: CallerFacts
  readonly request: CanonicalRequest
  /** The declared keys, typed. */
  readonly query: QueryHandle | null
  /** Of the connection. */
  readonly mtls: Certificate | null
}

export type Verdict =
  /** `headers`: what the rules set for the service. `body`: all of it, where the policy has read it. */
  | { readonly kind: 'permitted'; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The client went away while its body was awaited. */
  | { readonly kind: 'gone' }

/**
 * Steps 6 to 10 of `spec/language/decision.md`. The body of a route that declares one is read if it can still matter, and then
 * kept to be forwarded as it came. A decision that throws denies.
 */
export function decideRequest(exchange: RequestContext, question: DecisionInput): Verdict | Promise<Verdict> {
  const { policy, index, request, query, mtls } = question
  // One look at the clock for all of a request.
  const circumstances: Circumstances = { time: BigInt(Math.trunc(exchange.arrived)) * 1_000_000n, mtls, data: policy.data }
  const asked = policy.request(index, request, circumstances, query, null)
  let outcome: Outcome | null
  try {
    outcome = outcomeOf(question, asked)
  } catch (error) {
    exchange.decided()
    return failed(exchange, question, error)
  }
  if (outcome !== null) return settle(exchange, question, asked, outcome, null)
  return readAndDecide(exchange, question, (body) => policy.request(index, request, circumstances, query, body))
}

/** Null: the body must be read first. */
function outcomeOf({ policy, index, route, facts }: DecisionInput, asked: RequestHandle): Outcome | null {
  if (lacksData(route, policy.data)) return { effect: 'deny', rule: null, reason: 'data' }
  return route.hasBody ? askEarly(policy, index, facts, asked) : ask(policy, index, facts, asked)
}

async function readAndDecide(
  exchange: RequestContext,
  question: DecisionInput,
  askedWith: (body: BodyHandle) => RequestHandle,
): Promise<Verdict> {
  const { proxy } = exchange
  const { policy, index, facts, request } = question
  if (exchange.over) return { kind: 'gone' }
  if (!promisesJson(request.headers))
    return rejected(bodyTypeRefusal.status, bodyTypeRefusal.code, bodyTypeRefusal.message, false)
  const read = await readBody(exchange, proxy.limits.body)
  if (exchange.over || read.kind === 'gone') return { kind: 'gone' }
  if (read.kind === 'too-large')
    return rejected(413, 'body-too-large', `the body is longer than the ${proxy.limits.body} bytes that the policy reads`, true)
  const text = textOf(read.bytes)
  if (text === null) return rejected(400, 'body', 'the body is not UTF-8', false)
  exchange.body = read.bytes
  try {
    const body = policy.body(index, text)
    if (!body.ok) return rejected(400, 'body', body.message, false)
    const asked = askedWith(body.body)
    return settle(exchange, question, asked, ask(policy, index, facts, asked), read.bytes)
  } catch (error) {
    return failed(exchange, question, error)
  }
}

function rejected(status: number, code: string, message: string, close: boolean): Verdict {
  return { kind: 'refused', refusal: refusedEarly(status, code, message, [], close) }
}

function settle(
  exchange: RequestContext,
  question: DecisionInput,
  asked: RequestHandle,
  outcome: Outcome,
  body: Buffer | null,
): Verdict {
  const { route, facts, policy } = question
  try {
    exchange.outcome = outcome
    exchange.decisionRequest = asked
    exchange.showedCertificate = question.mtls !== null
    // Slower, and only where somebody will ask why.
    const traced = outcome.effect !== 'permit' || policy.hasShadows ? traceOf(policy, outcome, route, facts, asked) : null
    if (outcome.effect === 'permit') {
      const obligations = traced?.obligations ?? obligationsOf(policy, route, facts, asked)
      exchange.rules = outcome.rule === null ? [] : [outcome.rule]
      exchange.shadow = traced?.shadow ?? []
      exchange.obligations = obligations
      exchange.effect = 'permit'
      return { kind: 'permitted', headers: obligations.headers, body }
    }
    const trace = traced as Trace
    exchange.rules = trace.rules
    exchange.errors = trace.errors
    exchange.challenge = trace.challenge
    exchange.shadow = trace.shadow
    exchange.effect = outcome.effect
    return { kind: 'refused', refusal: refusalOfOutcome(exchange, outcome, trace) }
  } catch (error) {
    return failed(exchange, question, error)
  } finally {
    exchange.decided()
  }
}

/** A deny for want of data is nothing that the module has decided. */
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

function failed(exchange: RequestContext, { policy, route }: DecisionInput, error: unknown): Verdict {
  const message = messageOf(error)
  exchange.effect = 'deny'
  exchange.outcome = null
  exchange.detail = message
  if (exchange.candidate !== null) exchange.candidate.threw = true
  const { requestId, proxy } = exchange
  proxy.log.error('a decision failed', { requestId, route: route.name, error: message, stack: policy.stackOf(error) })
  return { kind: 'refused', refusal: refusalOf('decision-failed') }
}

/** Of whatever is no permit. */
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
    // A deny by default has no rule, and its reason is a word of ours.
    case 'deny':
      return refusalOf('denied', { because: rule === null ? null : reason })
    default:
      throw new Error('the policy module has decided what is no decision')
  }
}
