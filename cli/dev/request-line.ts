import { escapeControls } from '../../runtime/base/log.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import type { Style } from '../style.ts'

/** The maximum number of URL characters. */
const MOST = 200

/** Reasons of a deny that do not come from the policy. */
const REASONS: Readonly<Record<string, string>> = {
  'no-route': 'no route',
  default: 'no rule permits it',
  data: 'data is missing',
}

/**
 * Formats a request's audit record as a line for people. Times are in UTC; a query is shortened to `?…`.
 *
 * @example 09:00:00Z GET hello.localhost/hello/ann permit by greetings 200 4 ms
 */
export function requestLine(record: AuditRecord, style: Style): string {
  const { time, method, host, path, rawPath, query, effect, rules, reason, code, detail, status, durations } = record
  const url = escapeControls(`${host ?? ''}${rawPath ?? path ?? ''}${query ? '?…' : ''}`)
  const because = reason === null ? [code, detail] : [REASONS[reason] ?? reason]
  const why = effect === 'permit' && code === null ? '' : because.filter((one) => one !== null).join(': ')
  const color = effect === 'permit' ? style.green : style.yellow
  const words = [
    style.dim(`${time.slice(11, 19)}Z`),
    escapeControls(method ?? '-'),
    url.length > MOST ? `${url.slice(0, MOST)}…` : url || '-',
    color(effect),
    ...(rules.length > 0 ? [`by ${rules.join(', ')}`] : []),
    ...(why === '' ? [] : [`(${escapeControls(why)})`]),
    status ?? 'no answer',
    style.dim(`${Math.round(durations.total)} ms`),
  ]
  return `${words.join(' ')}\n`
}
