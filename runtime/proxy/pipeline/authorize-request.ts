import { promisesJson } from '../../../request/index.ts'
import type { Outcome, Trace } from '../../abi/index.ts'
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
import type { BodyHandle, RequestHandle } from '../../realm/program/program.ts'
import { readBody, textOf } from '../read-body.ts'
import { type Refusal, refusalOf, refusedEarly, stepUpChallenge } from '../refusals/index.ts'
import type { RequestContext, RoutedContext } from '../request-context.ts'
import { isOver, noteDecided } from '../request-lifecycle.ts'
import { CONTINUE, DONE, type StageResult } from './run-stages.ts'
import { shedFor } from './shed-load.ts'

/**
 * Evaluates the policy for the request (`spec/language/decision.md`, steps 6 to 10). Reads the body if the policy needs it, and
 * keeps it for forwarding. An exception in the policy denies the request.
 */
export function authorizeRequest(context: RequestContext): StageResult | Promise<StageResult> {
  const { policy, routeIndex, request, certificate, query, authentication } = context as RoutedContext
  if (authentication === null || authentication.kind === 'refused')
    throw new Error('a caller who was refused reached authorization: this is a bug in iap; report it')
  const { facts } = authentication
  // One clock reading for the whole request.
  const time = BigInt(Math.trunc(context.arrived)) * 1_000_000n
  const circumstances: Circumstances = { time, mtls: certificate, data: policy.data }
  const asked = policy.request(routeIndex, request, circumstances, query, null)
  let outcome: Outcome | null
  try {
    outcome = outcomeOf(context as RoutedContext, facts, asked)
  } catch (error) {
    noteDecided(context)
    return failed(context as RoutedContext, error)
  }
  if (outcome !== null) return settle(context as RoutedContext, facts, asked, outcome)
  return readAndDecide(context as RoutedContext, facts, (body) => policy.request(routeIndex, request, circumstances, query, body))
}

/** Returns `null` if the body must be read first. */
function outcomeOf({ policy, routeIndex, route }: RoutedContext, facts: CallerFacts, asked: RequestHandle): Outcome | null {
  if (route.data.length > 0 && lacksData(route, policy.data)) return { effect: 'deny', rule: null, reason: 'data' }
  return route.hasBody ? askEarly(policy, routeIndex, facts, asked) : ask(policy, routeIndex, facts, asked)
}

async function readAndDecide(
  context: RoutedContext,
  facts: CallerFacts,
  askedWith: (body: BodyHandle) => RequestHandle,
): Promise<StageResult> {
  const { proxy, policy, routeIndex, request } = context
  if (isOver(context)) return DONE
  if (!promisesJson(request.headers))
    return refusedEarly(bodyTypeRefusal.status, bodyTypeRefusal.code, bodyTypeRefusal.message, [], false)
  if (context.incoming.isUnread) return shedFor(context, 'memory')
  if (context.incoming.isCut) return refusedEarly(413, 'body-incomplete', BODY_INCOMPLETE, [], false)
  const { body: limit } = proxy.limits
  const read = await readBody(context, limit)
  if (isOver(context) || read.kind === 'gone') return DONE
  if (read.kind === 'too-large')
    return refusedEarly(413, 'body-too-large', `the body is longer than the ${limit} bytes that the policy reads`, [], true)
  const text = textOf(read.bytes)
  if (text === null) return refusedEarly(400, 'body', 'the body is not UTF-8', [], false)
  context.body = read.bytes
  try {
    const body = policy.body(routeIndex, text)
    if (!body.ok) return refusedEarly(400, 'body', body.message, [], false)
    const asked = askedWith(body.body)
    return settle(context, facts, asked, ask(policy, routeIndex, facts, asked))
  } catch (error) {
    noteDecided(context)
    return failed(context, error)
  }
}

const BODY_INCOMPLETE = 'the policy reads the body, and the proxy that asks did not send it whole'

function settle(context: RoutedContext, facts: CallerFacts, asked: RequestHandle, outcome: Outcome): StageResult {
  const { route, policy } = context
  try {
    context.outcome = outcome
    context.decisionRequest = asked
    // Tracing is slower, so only if the reason will be needed.
    const traced = outcome.effect !== 'permit' || policy.hasShadows ? traceOf(policy, outcome, route, facts, asked) : null
    if (outcome.effect === 'permit') {
      const obligations = traced?.obligations ?? obligationsOf(policy, route, facts, asked)
      context.rules = outcome.rule === null ? [] : [outcome.rule]
      context.shadow = traced?.shadow ?? []
      context.obligations = obligations
      context.effect = 'permit'
      return CONTINUE
    }
    const trace = traced as Trace
    context.rules = trace.rules
    context.errors = trace.errors
    context.challenge = trace.challenge
    context.shadow = trace.shadow
    context.effect = outcome.effect
    return refusalOfOutcome(context, outcome, trace)
  } catch (error) {
    return failed(context, error)
  } finally {
    noteDecided(context)
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

function failed(context: RoutedContext, error: unknown): Refusal {
  const { policy, route, requestId, proxy } = context
  const message = messageOf(error)
  context.effect = 'deny'
  context.outcome = null
  context.detail = message
  if (context.candidate !== null) context.candidate.threw = true
  const code = 'decision-failed'
  proxy.log.error('a decision failed', { requestId, code, route: route.name, error: message, stack: policy.stackOf(error) })
  return refusalOf(code)
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
      throw new Error('the decision of the policy module has an unknown effect: rebuild the bundle')
  }
}
