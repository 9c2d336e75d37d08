import type { Obligations } from '../../abi/index.ts'
import type { Caller, Mismatch } from '../../identity/index.ts'
import { NO_OBLIGATIONS } from '../../policy/index.ts'
import { AUDIT_VERSION, type AuditRecord, type CandidateOutcome } from '../../telemetry/audit/index.ts'
import { type ValuesRead, valuesRead } from '../../telemetry/audit/values/index.ts'
import { traceIdIn } from '../../telemetry/traces/index.ts'
import type { CheckSource } from '../checks/check-config.ts'
import { peerOf } from '../connections/connection-state.ts'
import type { RequestContext } from '../request-context.ts'

/** An audit record that may still receive the candidate's outcome. */
type UnsealedRecord = Omit<AuditRecord, 'candidate' | 'mismatch' | 'check'> & {
  candidate?: CandidateOutcome
  mismatch?: Mismatch
  check?: CheckSource
}

/**
 * Returns the audit record of a request that has ended.
 *
 * @param complete whether the response was sent completely
 * @param status HTTP status of the response; `null` if none was sent
 * @param total duration of the request in milliseconds
 */
export function auditRecord(context: RequestContext, complete: boolean, status: number | null, total: number): UnsealedRecord {
  const { incoming, request, policy, route, authentication, obligations, mismatch, decidedAfter, answeredAfter } = context
  const caller = authentication?.kind === 'caller' ? authentication : null
  const record: UnsealedRecord = {
    version: AUDIT_VERSION,
    time: timeOf(context.arrived),
    requestId: context.requestId,
    traceId: context.span?.traceId ?? (request?.headers.count('traceparent') ? traceIdIn(request.headers) : null),
    source: request?.sourceIp ?? peerOf(incoming.socket) ?? null,
    caller: caller && { identity: caller.identity, subject: caller.subject, credential: caller.credentialId },
    method: request?.method ?? incoming.method ?? null,
    host: request?.host ?? null,
    path: request?.path ?? null,
    rawPath: request?.rawPath ?? pathIn(incoming.url),
    query: request === null ? (incoming.url ?? '').includes('?') : request.rawQuery !== '',
    route: route?.name ?? null,
    service: route?.service ?? null,
    labels: route?.labels ?? [],
    effect: context.effect,
    status,
    code: context.code,
    detail: context.detail,
    rules: context.rules,
    reason: context.code === 'no-route' ? 'no-route' : (context.outcome?.reason ?? null),
    errors: context.errors,
    challenge: context.challenge,
    obligations: obligations === NO_OBLIGATIONS ? NONE_NAMED : namesOf(obligations),
    shadow: context.shadow,
    revision: policy?.revision ?? null,
    sequence: policy?.manifest.sequence ?? null,
    data: policy?.versions ?? NO_DATA,
    upstream: upstreamOf(context),
    complete,
    responseBytes: context.responseBytes,
    durations: {
      decision: decidedAfter && rounded(decidedAfter),
      upstream: answeredAfter && rounded(answeredAfter),
      total: rounded(total),
    },
    strippedHeaders: context.strippedHeaders,
    values: valuesOf(context, caller),
  }
  if (mismatch) record.mismatch = mismatch
  if (context.check !== null) record.check = context.check
  return record
}

function valuesOf({ policy, route, decisionRequest }: RequestContext, caller: Caller | null): ValuesRead | null {
  if (decisionRequest === null || policy === null || route === null) return null
  return valuesRead(policy.manifest, route.name, caller?.facts ?? policy.anonymous, caller, decisionRequest)
}

function upstreamOf({ upstream: address, upstreamStatus: status, attempts }: RequestContext): AuditRecord['upstream'] {
  if (address === null) return null
  return attempts > 1 ? { address, status, attempts } : { address, status }
}

const NO_DATA: AuditRecord['data'] = Object.freeze({})
const NONE_NAMED = namesOf(NO_OBLIGATIONS)

function namesOf({ headers, limits }: Obligations): AuditRecord['obligations'] {
  return { headers: Object.keys(headers), limits: limits.map(({ rule }) => rule) }
}

let lastMillisecond = Number.NaN
let lastTime = ''

/** Cached: under load, many requests share a millisecond. */
function timeOf(millisecond: number): string {
  if (millisecond !== lastMillisecond) {
    lastMillisecond = millisecond
    lastTime = new Date(millisecond).toISOString()
  }
  return lastTime
}

/** Returns the path of a malformed target, without query or authority, which may hold a password. */
function pathIn(target: string | undefined): string | null {
  if (target === undefined || !target.startsWith('/')) return null
  const end = target.search(/[?#]/)
  return target.slice(0, Math.min(end === -1 ? target.length : end, 256))
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
