import type { DataSnapshot, Policy, RequestParts } from '../../policy/index.ts'
import { asking } from '../../realm/index.ts'
import type { RequestHandle } from '../../realm/program/program.ts'
import type { RecordedRequest, RecordedValue } from '../../realm/program/recorded.ts'
import { lacking, missingValue } from './missing-value.ts'
import { jsonIn, partOf, type Recorded } from './recorded.ts'
import type { Planned, ReplayPlan } from './replay-plan.ts'

/**
 * Rebuilds a recorded request in the policy's realm, for its replay, and returns its handle. Values that were not recorded throw
 * `MissingValueError` when they are read.
 */
export function recordedRequest(
  policy: Policy,
  recorded: Recorded,
  plan: ReplayPlan,
  read: Pick<RequestParts, 'method' | 'host' | 'path' | 'segments'>,
  data: DataSnapshot,
  hasBody: boolean,
): RequestHandle {
  if (hasBody && !recorded.hasBody) throw missingValue(plan.body[0]?.path ?? 'body')
  const recordedValue = (value: Planned): RecordedValue => ({ part: partOf(value), json: jsonIn(recorded.json(value)) })
  const { source, time } = recorded.record
  const { method, host, path, segments } = read
  const told: RecordedRequest = {
    ...{ method, host, path, segments },
    source: typeof source === 'string' ? source : null,
    time: typeof time === 'string' ? time : null,
    headers: [...plan.headers].map(([name, value]) => ({ name, ...recordedValue(value) })),
    query: plan.query.map(recordedValue),
    body: hasBody ? plan.body.map(recordedValue) : null,
    mtls: plan.mtls === null ? null : recordedValue(plan.mtls),
  }
  const { recordedRequest } = policy.program
  return lacking(() => asking(() => recordedRequest(data.handle, JSON.stringify(told))))
}
