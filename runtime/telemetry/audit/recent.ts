import type { CallerNames } from '../../identity/caller-names.ts'
import type { AuditRecord } from './audit-record.ts'
import { filterOf } from './query/index.ts'
import type { RecentPlace, RecentRecords } from './recent-records.ts'
import type { Sampled, WrittenRecord } from './redaction.ts'
import type { ConfiguredSink } from './sinks/configured-sink.ts'

/** A query for the latest decisions. If a filter has several values, one of them must match. */
export interface RecentAsked {
  /** Position after which to read, or `null` to begin with the oldest available record. */
  readonly after: RecentPlace | null
  readonly filter: RecentFilter
}

export type RecentFilter = Readonly<Partial<Record<(typeof RECENT_FILTERS)[number], readonly string[]>>>

/** Names of the query parameters by which the admin API filters the latest decisions. */
export const RECENT_FILTERS = [
  'effect',
  'service',
  'route',
  'rule',
  'status',
  'code',
  'identity',
  'subject',
  'path',
  'requestId',
] as const

/** A record whose caller has a name for display, unless it is unknown or the subject is redacted. */
export interface RecentRecord extends WrittenRecord {
  readonly caller: (NonNullable<WrittenRecord['caller']> & { readonly name?: string }) | null
}

export interface Recent {
  readonly records: readonly RecentRecord[]
  readonly place: RecentPlace
  /** Number of records after `after` that are no longer available, whether or not they match the filters. */
  readonly missed: number
}

/** Returns the latest records. A value is redacted if any sink redacts it; a caller whose subject is redacted has no name. */
export function recentOf(
  recent: RecentRecords,
  sinks: readonly ConfiguredSink[],
  { after, filter }: RecentAsked,
  names: CallerNames | undefined,
): Recent {
  const { place } = recent
  const { records, missed } = recent.after(after ?? NOWHERE)
  const asks = filterOf({ ...NO_CRITERIA, ...filter })
  // After redaction: filtering by a hidden value would reveal it.
  const written = records.map((record) => redacted(record, sinks))
  const matching = written.filter((record) => asks({ ...record }))
  return { records: matching.map((record) => named(record, names)), place, missed: after === null ? 0 : missed }
}

function named(record: WrittenRecord, names: CallerNames | undefined): RecentRecord {
  const { caller } = record
  const name = caller !== null && typeof caller.subject === 'string' ? names?.of(caller.identity, caller.subject) : null
  return caller === null || name === null || name === undefined ? record : { ...record, caller: { ...caller, name } }
}

/** Returns a redacted record without the values that conditions read, which are not kept that long. */
function redacted({ values: _, ...record }: AuditRecord, sinks: readonly ConfiguredSink[]): WrittenRecord {
  return sinks.reduce<WrittenRecord>((one, { redaction }) => redaction?.of(one) ?? one, record)
}

/** Redacts a request that is displayed elsewhere. A value is redacted if any sink redacts it. */
export function redactedSample<One extends Sampled>(sample: One, sinks: readonly ConfiguredSink[]): One {
  return sinks.reduce((one, { redaction }) => redaction?.ofSample(one) ?? one, sample)
}

const NOWHERE: RecentPlace = { permits: 0, others: 0 }
const NO_CRITERIA = {
  ...{ kind: [], effect: [], subject: [], identity: [], service: [], route: [], rule: [], code: [], revision: [] },
  ...{ requestId: [], status: [], path: [], since: null, until: null },
}
