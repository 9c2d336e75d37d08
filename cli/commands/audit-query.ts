import { escapeControls } from '../../runtime/index.ts'
import { filterOf, kindOf, type LogRecord, textAt, valueAt } from '../../runtime/telemetry/audit/query/index.ts'
import { readLog } from '../audit/log-files.ts'
import { recordReader } from '../audit/record-reader.ts'
import { timeFlag } from '../audit/time-flag.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type Flag } from '../command.ts'
import { FORMAT } from '../flags.ts'
import { count, paint, type Style } from '../style.ts'

/**
 * Declares a flag with a value that may be given several times.
 *
 * @param value the placeholder of the value in the help
 */
export function one(
  value: string,
  help: string,
  oneOf?: readonly string[],
): Flag & { readonly type: 'string'; readonly multiple: true } {
  return { type: 'string', multiple: true, value, help, ...(oneOf !== undefined && { oneOf }) }
}

const EFFECTS = ['permit', 'deny', 'challenge', 'unauthenticated', 'reject']
const KINDS = ['request', 'action', 'login', 'policy', 'data', 'stream', 'checkpoint', 'omitted']

/** The flags that select decisions by their properties, in an audit log or in a running proxy. */
export const DECISION_FLAGS = {
  effect: one('EFFECT', 'Effect of the decision', EFFECTS),
  subject: one('S', 'Subject of the caller'),
  identity: one('NAME', 'Identity of the caller'),
  service: one('NAME', 'Service, by its name in the policy'),
  route: one('NAME', 'Route, as `service.route`'),
  rule: one('NAME', 'Rule that made the decision, alone or with others'),
  status: one('N', 'HTTP status: `403`, or `4xx` for all of a class'),
  code: one('CODE', 'Error code of the proxy, as in `x-iap-error`'),
  path: one('/PATH', 'Path as decided; a trailing `*` matches every path with that prefix'),
} as const

export const auditQuery = defineCommand({
  name: 'audit query',
  summary: 'Find records in audit logs',
  operands: 'FILE…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    ...DECISION_FLAGS,
    revision: one('REVISION', 'Revision of the policy: `sha256:…`'),
    'request-id': one('ID', 'Request id, as sent to services and refused callers'),
    kind: one('KIND', 'Kind of record (default: the first five)', KINDS),
    since: { type: 'string', value: 'TIME', help: 'Earliest time: `2026-03-02T09:00:00Z`, a date, or an age such as `90m`' },
    until: { type: 'string', value: 'TIME', help: 'End of the time range, exclusive, in the same forms' },
    format: FORMAT,
  },
  more: `A record matches if it meets every given flag. If a flag is repeated, one of its values must match. With --format json
each record is printed as it stands in the log, one a line. The command does not verify the log; use \`iap audit verify\`.

  iap audit query var/audit.jsonl --effect deny --subject ann --since 1d`,
  async run(io, { flags, operands }) {
    const { since, until, format, 'request-id': requestId, ...lists } = flags
    for (const status of lists.status)
      if (!/^[1-9](?:\d\d|xx)$/.test(status)) throw new CliError(`\`--status\` cannot be \`${status}\``, 'write `403`, or `4xx`')
    const now = io.clock()
    const asks = filterOf({
      ...lists,
      requestId,
      since: timeFlag('since', since, now),
      until: timeFlag('until', until, now),
    })
    const style = paint(io.stdout)
    let found = 0
    let unreadable = 0
    const reader = recordReader((record, text) => {
      if (record === null) unreadable++
      else if (asks(record)) {
        found++
        io.stdout.write(format === 'json' ? `${text}\n` : `${shown(record, style)}\n`)
      }
    })
    await readLog(io, operands, reader)
    if (unreadable > 0) io.stderr.write(`${count(unreadable, 'line')} skipped: not a record\n`)
    if (format !== 'json') io.stderr.write(`${count(found, 'record')} of ${count(reader.lines, 'line')}\n`)
    return 0
  },
})

/** Formats an audit record as one line for people. */
export function shown(record: LogRecord, style: Style): string {
  const kind = kindOf(record)
  const text = (path: string) => escapeControls(textAt(record, path) ?? '-')
  const time = style.dim(text('time'))
  if (kind === 'action') {
    const what = escapeControls(JSON.stringify(valueAt(record, 'revocation.what')))
    return `${time} ${style.bold(text('action'))} by ${text('by')}: ${what}`
  }
  if (kind === 'login') {
    const who = `${text('identity')}:${text('subject')}`
    return `${time} ${style.bold(text('action'))} ${text('outcome')} ${who} by ${text('by')} ${style.dim(text('requestId'))}`
  }
  if (kind === 'policy' || kind === 'data') {
    const what = text(kind === 'data' ? 'name' : 'revision')
    const why = textAt(record, 'refusal.code') === null ? '' : ` (${text('refusal.code')})`
    return `${time} ${style.bold(`${kind} ${text('change')}`)} ${what} by ${text('by')}${why}`
  }
  if (kind !== 'request') return `${time} ${style.bold(kind)} ${escapeControls(JSON.stringify(record))}`
  const effect = text('effect')
  const paintEffect = effect === 'permit' ? style.green : style.red
  const rules = Array.isArray(record.rules) ? record.rules.join(',') : ''
  const why = [escapeControls(rules), textAt(record, 'code') === null ? '' : `(${text('code')})`]
    .filter((part) => part !== '')
    .join(' ')
  const caller = record.caller === null ? 'anonymous' : `${text('caller.identity')}:${text('caller.subject')}`
  const answer = `${paintEffect(effect)} ${escapeControls(String(record.status ?? '-'))}`
  const request = `${text('method')} ${text('host')}${text('path')} ${text('route')}`
  return `${time} ${answer} ${request} ${caller} ${why} ${style.dim(text('requestId'))}`
}
