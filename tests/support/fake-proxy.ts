import type { Outcome, Trace } from '../../runtime/abi/index.ts'
import type { Authentication } from '../../runtime/identity/index.ts'
import { noData, type Policy, type RouteEntry } from '../../runtime/policy/index.ts'
import { LiveRequests } from '../../runtime/proxy/live/live-requests.ts'
import { createPages } from '../../runtime/proxy/pages/index.ts'
import { defaultLimits, type ProxyContext } from '../../runtime/proxy/proxy-context.ts'
import { MemoryBuckets } from '../../runtime/proxy/rate-limits/index.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { noMetrics } from '../../runtime/telemetry/metrics/index.ts'
import { nobodyLike as facts } from './facts.ts'

export const outcome = (effect: Outcome['effect'], changes: Partial<Outcome> = {}): Outcome => ({
  effect,
  rule: null,
  reason: null,
  ...changes,
})

const NOTHING = { rules: [], obligations: { headers: {}, limits: [] }, challenge: null, shadow: [], errors: [] }

/** Returns a policy of one route, which takes every request. `decide` returns an index of `outcomes`. */
export function policyWith(
  outcomes: readonly Outcome[],
  decide: () => number,
  {
    traced = {},
    early,
    ...changes
  }: Partial<RouteEntry> & Partial<Pick<Policy, 'early'>> & { readonly traced?: Partial<Trace> } = {},
): Policy {
  const route = {
    name: 'app.any',
    service: 'app',
    hosts: ['app.test'],
    labels: [],
    headers: [],
    params: [],
    data: [],
    ownHeaders: [],
    query: null,
    index: 0,
    hasBody: false,
    obliges: false,
    readHeaders: [],
    ...changes,
  }
  return {
    revision: `sha256:${'0'.repeat(64)}`,
    manifest: { sequence: 1 },
    module: { outcomes, routes: [route as unknown as RouteEntry], identities: [] },
    anonymous: facts,
    hasShadows: true,
    route: () => 0,
    request: () => ({}),
    decide,
    early,
    trace: () => ({ ...NOTHING, ...outcomes[decide()], ...traced }),
    obligations: () => traced.obligations,
    facts: () => ({ ok: true, facts }),
    data: noData,
    stackOf: (error: Error) => `${error.message} at policies/orders.iap:12:3`,
  } as unknown as Policy
}

/** An authenticator but for `authenticate`: no caller is revoked, and no connection has a certificate. */
export const nobody = {
  again: (same: Authentication) => same,
  reauthenticate: async () => {
    throw new Error('nobody asks')
  },
  personOf: () => null,
  known: () => null,
  shows: () => false,
  workloadOf: () => null,
  refusedNow: () => null,
  endedNow: () => null,
  status: () => [],
}

/** Returns a proxy without services, in which every caller is anonymous, but for `changes`. Audit records go to `records`. */
export function proxyWith(changes: Partial<ProxyContext>, records: AuditRecord[]): ProxyContext {
  return {
    policies: { current: null },
    candidates: { current: null },
    authenticator: { ...nobody, authenticate: () => ({ kind: 'anonymous', facts }) },
    signer: { sign: () => 'signed', jwks: () => ({ keys: [] }) },
    signIn: null,
    services: new Map(),
    tunnels: new Set(),
    live: new LiveRequests(),
    events: null,
    mfaAcr: () => ['mfa'],
    limiting: { buckets: new MemoryBuckets(), whenUnavailable: 'refuse' },
    pages: createPages(),
    audit: {
      write: (record) => records.push(record),
      note: () => {},
      hasCapacity: () => null,
      redacted: (sample) => sample,
    },
    metrics: {
      requests: { begin: () => 0, end: () => {}, broken: () => {}, upstream: () => {}, decision: () => {} },
      upstreamError: () => {},
      loads: { policy: () => {}, data: () => {}, follow: () => {} },
      limit: () => {},
      tlsLoad: () => {},
      identityLoad: () => {},
      handshakeFailure: () => {},
      shed: () => {},
      text: async () => '',
      data: async () => noMetrics,
      contentType: '',
    },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    clock: Date.now,
    limits: defaultLimits,
    overload: { reason: null },
    draining: false,
    counts: { connections: 0, checkConnections: 0, checkBytes: 0, stalled: 0 },
    tracer: null,
    learner: null,
    ...changes,
  }
}
