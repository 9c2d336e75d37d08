import { escapeControls } from '../log.ts'
import type { Hashed, WrittenRecord } from './redaction.ts'

/**
 * The record on one line, with its end. What could break the line or hide in it is escaped as JSON escapes it. Written out field by field, and what is the
 * same for all requests of a caller, a route and a policy once: that takes half of what `JSON.stringify` and a look at all of its text take, of every request. A
 * test compares both.
 */
export function auditLine(record: WrittenRecord): string {
  const { caller, obligations, upstream, durations } = record
  return (
    `{"version":${record.version},"time":"${record.time}","requestId":"${record.requestId}"` +
    `,"traceId":${text(record.traceId)},"source":${text(record.source)}${callerIn(caller)}` +
    `,"method":${text(record.method)},"host":${text(record.host)},"path":${text(record.path)},"rawPath":${text(record.rawPath)}` +
    `,"query":${record.query}${routeIn(record)}` +
    `,"effect":"${record.effect}","status":${record.status},"code":${text(record.code)},"detail":${text(record.detail)}` +
    `,"rules":${texts(record.rules)},"reason":${text(record.reason)},"errors":${list(record.errors)}` +
    `,"challenge":${record.challenge === null ? 'null' : list(record.challenge)}` +
    `,"obligations":{"headers":${texts(obligations.headers)},"limits":${texts(obligations.limits)}}` +
    `,"shadow":${texts(record.shadow)}${policyIn(record)}` +
    `,"upstream":${upstream === null ? 'null' : upstreamIn(upstream)},"complete":${record.complete}` +
    `,"responseBytes":${record.responseBytes},"durations":{"decision":${durations.decision},"upstream":${durations.upstream}` +
    `,"total":${durations.total}},"strippedHeaders":${texts(record.strippedHeaders)}${trialIn(record)}}\n`
  )
}

function callerIn(caller: WrittenRecord['caller']): string {
  if (caller === null) return ',"caller":null'
  return `,"caller":{"identity":${text(caller.identity)},"subject":${text(caller.subject)},"credential":${text(caller.credential)}}`
}

interface Same {
  readonly service: string | null
  readonly labels: readonly string[]
  readonly text: string
}

/** By name. A policy that comes may have other labels for the same one; those of routes that are gone go when there are too many. */
const routes = new Map<string, Same>()
const MAX_ROUTES = 20_000

function routeIn({ route, service, labels }: WrittenRecord): string {
  const known = route === null ? undefined : routes.get(route)
  if (known !== undefined && known.labels === labels && known.service === service) return known.text
  const made = `,"route":${text(route)},"service":${text(service)},"labels":${texts(labels)}`
  if (route === null) return made
  if (routes.size >= MAX_ROUTES) routes.clear()
  routes.set(route, { service, labels, text: made })
  return made
}

/** Of the last record: there is one policy at a time, but for those of a share while another one is on trial. */
let revision: string | null = null
let sequence: number | null = null
let data: WrittenRecord['data'] | null = null
let policy = ''

function policyIn(record: WrittenRecord): string {
  if (record.revision !== revision || record.sequence !== sequence || record.data !== data) {
    revision = record.revision
    sequence = record.sequence
    data = record.data
    policy = `,"revision":${text(revision)},"sequence":${sequence},"data":${any(data)}`
  }
  return policy
}

function trialIn({ trial }: WrittenRecord): string {
  if (trial === undefined) return ''
  const { revision, inEarnest, result, decision } = trial
  const differs = decision === undefined ? '' : `,"decision":${any(decision)}`
  return `,"trial":{"revision":${text(revision)},"inEarnest":${inEarnest},"result":"${result}"${differs}}`
}

function upstreamIn({ address, status, attempts }: NonNullable<WrittenRecord['upstream']>): string {
  return `{"address":${text(address)},"status":${status}${attempts === undefined ? '' : `,"attempts":${attempts}`}}`
}

function text(value: string | null | Hashed): string {
  if (value === null) return 'null'
  return typeof value === 'string' && plain.test(value) ? `"${value}"` : any(value)
}

/** Printable ASCII that JSON has as it is. */
const plain = /^[ !#-[\]-~]*$/

function texts(values: readonly string[]): string {
  return values.length === 1 ? `[${text(values[0] as string)}]` : list(values)
}

function list(values: readonly unknown[]): string {
  return values.length === 0 ? '[]' : any(values)
}

function any(value: unknown): string {
  return escapeControls(JSON.stringify(value))
}
