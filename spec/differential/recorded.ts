/** What a policy decides of a request, and the record that the proxy would write of it. */

import { canonicalizeUrl } from '../../request/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { parseTimestamp } from '../../runtime/abi/values/times/timestamp.ts'
import type { Caller } from '../../runtime/identity/index.ts'
import {
  authenticationOf,
  callerCertificate,
  connectionCertificate,
  decideWritten,
  type EvaluationResult,
  explain,
  noData,
  type Policy,
} from '../../runtime/policy/index.ts'
import { type AuditRecord, auditLine } from '../../runtime/telemetry/audit/index.ts'
import type { Redaction } from '../../runtime/telemetry/audit/redaction.ts'
import { valuesRead } from '../../runtime/telemetry/audit/values/index.ts'

/** As far as it got; null where what was asked is no question. */
export function decide(policy: Policy, request: EvalRequest): EvaluationResult | null {
  const { method, url, headers = {}, source, body, rawBody, caller = null } = request
  const data = policy.prepare(request.data ?? {}, noData)
  const own = caller === null ? null : callerCertificate(policy, caller.identity, caller.claims)
  const mtls = connectionCertificate(request.mtls, own)
  if (!data.ok || typeof mtls === 'string') return null
  return decideWritten(policy, {
    request: { method, url, headers, ...(source && { sourceIp: source.ip }) },
    circumstances: { time: parseTimestamp(request.time as string) as bigint, mtls, data: data.data },
    facts: () =>
      caller === null
        ? { ok: true, facts: policy.anonymous }
        : policy.facts(caller.identity, caller.claims, authenticationOf(caller.auth), data.data),
    body,
    rawBody,
  })
}

/** The line of it; null where no policy decided. */
export function lineOf(
  policy: Policy,
  request: EvalRequest,
  verdict: EvaluationResult,
  redaction: Redaction | null,
): string | null {
  const canonical = canonicalizeUrl({
    method: request.method,
    url: request.url,
    headers: request.headers ?? {},
    ...(request.source && { sourceIp: request.source.ip }),
    json: request.body !== undefined,
  })
  if (verdict.kind === 'rejected' || !canonical.ok) return null
  const { method, host, path, rawPath, rawQuery, sourceIp } = canonical.request
  const versions = Object.fromEntries(Object.keys(request.data ?? {}).map((name) => [name, VERSION]))
  const isNoRoute = verdict.kind === 'unasked' && verdict.reason === 'no-route'
  const decided = decidedOf(policy, verdict)
  const record: AuditRecord = {
    ...{ version: 3, time: request.time as string, requestId: '0', traceId: null, source: sourceIp },
    caller: isNoRoute ? null : whoIn(request),
    ...{ method, host, path, rawPath, query: rawQuery !== '' },
    ...{ route: decided.route, service: decided.route?.split('.')[0] ?? null, labels: [] },
    ...{ effect: decided.effect, status: 200, code: isNoRoute ? 'no-route' : null, detail: null },
    ...{ rules: decided.rules, reason: decided.reason, errors: [], challenge: decided.challenge, shadow: [] },
    obligations: { headers: decided.headers, limits: decided.limits },
    ...{ revision: policy.revision, sequence: 0, data: versions, upstream: null, complete: true, responseBytes: 0 },
    durations: { decision: 0, upstream: 0, total: 0 },
    strippedHeaders: [],
    values: verdict.kind === 'decided' ? valuesOf(policy, verdict, request) : null,
  }
  return auditLine(redaction === null ? record : (redaction.of(record) as AuditRecord), redaction)
}

export const VERSION = 'v1'

function valuesOf(
  { manifest }: Policy,
  { route, facts, question }: Extract<EvaluationResult, { kind: 'decided' }>,
  request: EvalRequest,
) {
  const who = whoIn(request)
  const caller = who === null ? null : ({ ...who, facts, consumed: [] as readonly string[] } as unknown as Caller)
  return valuesRead(manifest, route.name, facts, caller, question)
}

/** As methods find it: by `sub`, or by the certificate. */
function whoIn({ caller = null }: EvalRequest): AuditRecord['caller'] {
  if (caller === null) return null
  const { sub, spiffe_id } = (caller.claims ?? {}) as { readonly sub?: unknown; readonly spiffe_id?: unknown }
  const subject = typeof sub === 'string' ? sub : typeof spiffe_id === 'string' ? spiffe_id : null
  return { identity: caller.identity, subject, credential: null }
}

export interface DecidedParts {
  readonly effect: Exclude<AuditRecord['effect'], 'reject'>
  readonly route: string | null
  readonly rules: readonly string[]
  readonly reason: string | null
  readonly headers: readonly string[]
  readonly limits: readonly string[]
  readonly challenge: AuditRecord['challenge']
}

/** As records tell it. */
export function decidedOf(policy: Policy, verdict: Exclude<EvaluationResult, { kind: 'rejected' }>): DecidedParts {
  if (verdict.kind === 'unasked')
    return { effect: 'deny', route: verdict.route, rules: [], reason: verdict.reason, headers: [], limits: [], challenge: null }
  const { route, facts, question, outcome } = verdict
  const trace = explain(policy, outcome, route, facts, question)
  return {
    effect: trace.effect,
    route: route.name,
    rules: trace.rules,
    reason: trace.reason,
    headers: Object.keys(trace.obligations.headers).sort(),
    limits: trace.obligations.limits.map(({ rule }) => rule).sort(),
    challenge: trace.challenge,
  }
}
