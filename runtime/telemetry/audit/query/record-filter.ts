import { isoTime } from '../../../base/units.ts'
import { kindOf, type LogRecord, textAt, valueAt } from './log-record.ts'

/** Criteria for records, all of which must match. If a criterion has several values, one of them must match. */
export interface Criteria {
  readonly kind: readonly string[]
  readonly effect: readonly string[]
  readonly subject: readonly string[]
  readonly identity: readonly string[]
  readonly service: readonly string[]
  readonly route: readonly string[]
  readonly rule: readonly string[]
  readonly code: readonly string[]
  readonly revision: readonly string[]
  readonly requestId: readonly string[]
  readonly status: readonly string[]
  readonly path: readonly string[]
  /** Start of the period in milliseconds since 1970, or `null` for an unbounded one. The end, `until`, is exclusive. */
  readonly since: number | null
  readonly until: number | null
}

type Ask = (record: LogRecord) => boolean

const MEMBERS = {
  effect: 'effect',
  subject: 'caller.subject',
  identity: 'caller.identity',
  service: 'service',
  route: 'route',
  code: 'code',
  revision: 'revision',
  requestId: 'requestId',
} as const satisfies Partial<Record<keyof Criteria, string>>

/** Kinds of records that match by default. The log's own records must be requested by name. */
const KINDS = ['request', 'action', 'login', 'policy', 'data']

export function filterOf(criteria: Criteria): Ask {
  const kinds = new Set(criteria.kind.length > 0 ? criteria.kind : KINDS)
  const asks: Ask[] = [(record) => kinds.has(kindOf(record))]
  for (const [name, member] of Object.entries(MEMBERS)) {
    const wanted = new Set(criteria[name as keyof typeof MEMBERS])
    if (wanted.size > 0) asks.push((record) => wanted.has(textAt(record, member) ?? ''))
  }
  const { rule, status, path, since, until } = criteria
  if (rule.length > 0) asks.push((record) => listAt(record, 'rules').some((name) => rule.includes(String(name))))
  if (status.length > 0) asks.push((record) => status.some((pattern) => fits(String(valueAt(record, 'status')), pattern)))
  if (path.length > 0) asks.push((record) => path.some((pattern) => isUnder(textAt(record, 'path'), pattern)))
  // Times have one format, so texts sort like times.
  if (since !== null) asks.push((record) => (textAt(record, 'time') ?? '') >= isoTime(since))
  if (until !== null) asks.push((record) => (textAt(record, 'time') ?? '~') < isoTime(until))
  return (record) => asks.every((ask) => ask(record))
}

function listAt(record: LogRecord, name: string): readonly unknown[] {
  const value = record[name]
  return Array.isArray(value) ? value : []
}

function fits(status: string, pattern: string): boolean {
  return pattern.endsWith('xx') ? status.length === 3 && status[0] === pattern[0] : status === pattern
}

function isUnder(path: string | null, pattern: string): boolean {
  if (path === null) return false
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern
}
