import type { Caller } from '../../runtime/identity/index.ts'
import { ask, explain, noData, type Policy } from '../../runtime/policy/index.ts'
import { type AuditRecord, auditLine } from '../../runtime/telemetry/audit/index.ts'
import { valuesRead } from '../../runtime/telemetry/audit/values/index.ts'
import { DATA, SERVICES } from './policy.ts'

/** What the proxy writes of so many requests of a thousand callers to all routes of a policy. */
export function recordedLines(policy: Policy, count: number): string {
  const prepared = policy.prepare({ assigned: DATA.assigned.json }, noData)
  if (!prepared.ok) throw new Error(prepared.message)
  const data = prepared.data
  const callers = Array.from({ length: 1000 }, (_, at) => {
    const sub = `user-${at}`
    const claims = { sub, email: `${sub}@shop.example`, groups: GROUPS[at % 3], level: at % 7, department: `d${at % 5}` }
    const made = policy.facts('staff', claims, { time: null, acr: null, mfa: false }, data)
    if (!made.ok) throw new Error(made.message)
    return {
      identity: 'staff',
      subject: sub,
      facts: made.facts,
      consumed: ['authorization'],
      credential: null,
    } as unknown as Caller
  })
  let lines = ''
  for (let at = 0; at < count; at++) lines += lineOf(policy, callers[(at * 7) % 1000] as Caller, data, at)
  return lines
}

const GROUPS = [['support'], ['managers', 'staff'], ['support', 'managers', 'all', 'berlin']]

function lineOf(policy: Policy, caller: Caller, data: Policy['data'], at: number): string {
  const service = `s${at % SERVICES}`
  const [method, path] = [
    ['GET', '/orders'],
    ['GET', `/orders/${at}`],
    ['POST', `/orders/${at}/refund`],
    ['GET', '/healthz'],
  ][(at >> 1) % 4] as [string, string]
  const tenant = `d${at % 4}`
  const segments = path.slice(1).split('/')
  const read = {
    ...{ method, path, segments, host: `${service}.shop.example`, sourceIp: `198.51.100.${at % 250}` },
    headers: { get: () => tenant, count: () => 1 },
  }
  const index = policy.route(read as never)
  const route = policy.module.routes[index]
  if (route === undefined) throw new Error('there is no route')
  const query = route.query === null ? null : policy.query(index, { customer: [`customer-${at % 9}`], page: ['2'] })
  const body = route.hasBody ? policy.body(index, `{"amount":${at % 1000}}`) : null
  if (body?.ok === false) throw new Error(body.message)
  const time = BigInt(TIME + at) * 1_000_000n
  const asked = policy.request(index, read, { time, mtls: null, data }, query, body?.body ?? null)
  const outcome = ask(policy, index, caller.facts, asked)
  const { rules, reason, challenge, obligations } = explain(policy, outcome, route, caller.facts, asked)
  const hex = (at * 2_654_435_761).toString(16).padStart(12, '0').slice(-8)
  const record: AuditRecord = {
    ...{ version: 3, time: new Date(TIME + at).toISOString(), requestId: `${hex}-6a2b-4a2d-9d55-0b8ad1f1bd0a` },
    ...{ traceId: '0af7651916cd43dd8448eb211c80319c', source: read.sourceIp },
    caller: { identity: 'staff', subject: caller.subject, credential: 'n4bQgYhMfWWaL-qgxVrQFa' },
    ...{ method, host: read.host, path, rawPath: path, query: query !== null },
    ...{ route: route.name, service, labels: [], effect: outcome.effect, status: 200, code: null, detail: null },
    ...{ rules, reason, errors: [], challenge, shadow: [] },
    obligations: { headers: Object.keys(obligations.headers), limits: obligations.limits.map(({ rule }) => rule) },
    ...{ revision: policy.revision, sequence: 7, data: { assigned: DATA.assigned.version } },
    upstream: { address: 'http://10.0.0.1:8080', status: 200 },
    ...{
      complete: true,
      responseBytes: 1024,
      durations: { decision: 0.041, upstream: 1.203, total: 1.377 },
      strippedHeaders: [],
    },
    values: valuesRead(policy.manifest, route.name, caller.facts, caller, asked),
  }
  return auditLine(record)
}

const TIME = Date.UTC(2026, 2, 2, 9)
