import { escapeControls } from '../../runtime/base/log.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import type { Style } from '../style.ts'

/** The maximum number of characters of a URL, and of a caller. */
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
 * @example 09:00:00Z 200 GET hello.localhost/hello/ann staff:ann permit by greetings 4 ms
 */
export function requestLine(record: AuditRecord, style: Style): string {
  const { time, method, host, path, rawPath, query, caller, effect, rules, reason, code, detail, status, durations } = record
  const url = escapeControls(`${host ?? ''}${rawPath ?? path ?? ''}${query ? '?…' : ''}`)
  // The code of a refusal without more to say is that of its effect.
  const because = reason === null ? [code === effect ? null : code, detail] : [REASONS[reason] ?? reason]
  const why = effect === 'permit' && code === null ? '' : because.filter((one) => one !== null).join(': ')
  const color = effect === 'permit' ? (code === null ? style.green : style.yellow) : style.red
  const who = caller === null ? 'anonymous' : [caller.identity, caller.subject].filter((part) => part !== null).join(':')
  const words = [
    style.dim(`${time.slice(11, 19)}Z`),
    color(status === null ? 'no answer' : String(status)),
    escapeControls(method ?? '-'),
    shortened(url || '-'),
    shortened(escapeControls(who)),
    color(effect),
    ...(rules.length > 0 ? [`by ${rules.join(', ')}`] : []),
    ...(why === '' ? [] : [`(${escapeControls(why)})`]),
    style.dim(`${Math.round(durations.total)} ms`),
  ]
  return `${words.join(' ')}\n`
}

function shortened(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text
}
