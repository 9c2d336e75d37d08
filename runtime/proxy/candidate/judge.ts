import { promisesJson } from '../../../request/index.ts'
import type { Outcome } from '../../abi/index.ts'
import type { Authentication } from '../../identity/index.ts'
import {
  ask,
  askEarly,
  bodyTypeRefusal,
  type CallerFacts,
  explain,
  type Judgement,
  lacksData,
  NO_OBLIGATIONS,
  obligationsOf,
  type Policy,
  type RouteEntry,
  readRouteQuery,
  repeatedHeader,
} from '../../policy/index.ts'
import type { RequestHandle } from '../../realm/program/program.ts'
import { certificateOf, refusedCertificate } from '../connections/certificate-of.ts'
import { textOf } from '../read-body.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Returns the decision that another policy would make about a completed request, by the steps of `decideRequest` and without
 * effects. Returns `null` if it is unknown: that policy reads a body that was not kept, or would have authenticated the caller.
 *
 * @param authentication the caller as authenticated under that policy; `null` if the caller was not authenticated
 */
export function judge(policy: Policy, context: RequestContext, authentication: Authentication | null): Judgement | null {
  const { request, arrived } = context
  if (request === null) return null
  const index = policy.route(request)
  const route = policy.module.routes[index]
  if (route === undefined) return { ...REFUSED, route: null, service: null, effect: 'deny', reason: 'no-route' }
  const repeated = repeatedHeader(route, request.headers)
  if (repeated !== null) return rejected(route, repeated.code)
  const query = readRouteQuery(policy, route, request.rawQuery)
  if (!query.ok) return rejected(route, 'query')
  if (authentication === null) return null
  if (authentication.kind === 'refused') return rejected(route, authentication.code)
  const mtls = certificateOf(context, policy)
  if (mtls !== null && 'kind' in mtls) return rejected(route, mtls.code)
  const { facts } = authentication
  const circumstances = { time: BigInt(Math.trunc(arrived)) * 1_000_000n, mtls, data: policy.data }
  const asked = policy.request(index, request, circumstances, query.query, null)
  if (lacksData(route, policy.data)) return decided(policy, route, facts, asked, { effect: 'deny', rule: null, reason: 'data' })
  if (!route.hasBody) return decided(policy, route, facts, asked, ask(policy, index, facts, asked))
  const early = askEarly(policy, index, facts, asked)
  if (early !== null) return decided(policy, route, facts, asked, early)
  if (!promisesJson(request.headers)) return rejected(route, bodyTypeRefusal.code)
  if (context.incoming.isCut) return rejected(route, INCOMPLETE)
  if (context.code === TOO_LARGE) return rejected(route, TOO_LARGE)
  if (context.body === null) return null
  const text = textOf(context.body)
  const body = text === null ? null : policy.body(index, text)
  if (!body?.ok) return rejected(route, 'body')
  const whole = policy.request(index, request, circumstances, query.query, body.body)
  return decided(policy, route, facts, whole, ask(policy, index, facts, whole))
}

const TOO_LARGE = 'body-too-large'
/** Of a check. */
const INCOMPLETE = 'body-incomplete'
const NONE: readonly string[] = []
const REFUSED = { rules: NONE, challenge: null, obligations: NO_OBLIGATIONS, all: () => NONE }

function rejected({ name, service }: RouteEntry, code: string): Judgement {
  return { ...REFUSED, route: name, service, effect: 'reject', reason: code }
}

function decided(policy: Policy, route: RouteEntry, facts: CallerFacts, asked: RequestHandle, outcome: Outcome): Judgement {
  const { name, service } = route
  const { effect, rule, reason } = outcome
  if (effect === 'permit') {
    const obligations = obligationsOf(policy, route, facts, asked)
    const all = () => explain(policy, outcome, route, facts, asked).rules
    return { route: name, service, effect, rules: rule === null ? NONE : [rule], reason, challenge: null, obligations, all }
  }
  if (reason === 'data' && rule === null) return { ...REFUSED, route: name, service, effect, reason }
  const { rules, challenge } = explain(policy, outcome, route, facts, asked)
  return { ...REFUSED, route: name, service, effect, rules, reason, challenge, all: () => rules }
}

/**
 * Returns the decision that was made about a request, for comparison with another policy's decision; `null` if the proxy refused
 * the request for a reason that does not depend on the policy.
 */
export function judgementOf(context: RequestContext): Judgement | null {
  const { route, effect, code, outcome, rules, challenge, obligations, authentication, policy } = context
  const of = { route: route?.name ?? null, service: route?.service ?? null }
  if (effect === 'reject') {
    const reason = authentication?.kind === 'refused' ? authentication.code : code
    return reason !== null && isOfPolicy(context, reason) ? { ...REFUSED, ...of, effect, reason } : null
  }
  if (outcome === null) return { ...REFUSED, ...of, effect, reason: code === 'no-route' ? code : 'decision-failed' }
  const { reason } = outcome
  const all = () => (effect === 'permit' && policy !== null ? (judge(policy, context, authentication)?.all() ?? rules) : rules)
  return { route: of.route, service: of.service, effect, rules, reason, challenge, obligations, all }
}

/** Whether a refusal before the decision depends on the policy or the caller, which another policy may see differently. */
function isOfPolicy(context: RequestContext, reason: string): boolean {
  if (context.authentication?.kind === 'refused' || OF_POLICY.has(reason)) return true
  return refusedCertificate(context, context.policy)?.code === reason
}

const OF_POLICY: ReadonlySet<string> = new Set(['header-repeated', 'query', 'body', bodyTypeRefusal.code, TOO_LARGE, INCOMPLETE])
