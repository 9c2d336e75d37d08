import { escapeControls } from '../../runtime/index.ts'
import { filterOf, kindOf, type LogRecord, textAt, valueAt } from '../../runtime/telemetry/audit/query/index.ts'
import { readLog } from '../audit/log-files.ts'
import { recordReader } from '../audit/record-reader.ts'
import { timeFlag } from '../audit/time-flag.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type Flag } from '../command.ts'
import { FORMAT } from '../flags.ts'
import { count, paint, type Style } from '../style.ts'

/** Declares a flag that may repeat. */
export function one(value: string, help: string): Flag & { readonly type: 'string'; readonly multiple: true } {
  return { type: 'string', multiple: true, value, help }
}

/** The complete sets of values. */
const KNOWN = {
  effect: ['permit', 'deny', 'challenge', 'unauthenticated', 'reject'],
  kind: ['request', 'action', 'login', 'policy', 'data', 'stream', 'checkpoint', 'omitted'],
} as const satisfies Record<string, readonly string[]>

/** The filters of decisions, in the log or in a running proxy. */
export const DECISION_FLAGS = {
  effect: one('EFFECT', '`permit`, `deny`, `challenge`, `unauthenticated` or `reject`'),
  subject: one('S', 'of the caller'),
  identity: one('NAME', 'of the caller'),
  service: one('NAME', 'by the name of the policy'),
  route: one('NAME', 'as `service.route`'),
  rule: one('NAME', 'one of those that decided'),
  status: one('N', 'of the answer: `403`, or `4xx`'),
  code: one('CODE', 'of the proxy’s own answers, as in `x-iap-error`'),
  path: one('PATH', 'as decided; with `*` at its end, whatever begins so'),
} as const

export const auditQuery = defineCommand({
  name: 'audit query',
  summary: 'records of an audit log, by what they say',
  operands: 'FILE…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    ...DECISION_FLAGS,
    revision: one('REVISION', '`sha256:…` of the policy'),
    'request-id': one('ID', 'as services and refused callers have it'),
    kind: one(
      'KIND',
      '`request`, `action`, `login`, `policy`, `data`, `stream`, `checkpoint` or `omitted`; the first five where left out',
    ),
    since: { type: 'string', value: 'TIME', help: 'a time such as `2026-03-02T09:00:00Z`, a day, or how long ago: `90m`' },
    until: { type: 'string', value: 'TIME', help: 'the same; records of that time are not among them' },
    format: FORMAT,
  },
  more: `A record is told where it has all that is asked for; of a flag that is given several times, one of the values. With \
--format json each is written
as it stands in the log, one a line. It verifies nothing: \`iap audit verify\` does.

  iap audit query var/audit.jsonl --effect deny --subject ann --since 1d`,
  async run(io, { flags, operands }) {
    const { since, until, format, 'request-id': requestId, ...lists } = flags
    for (const status of lists.status)
      if (!/^[1-9](?:\d\d|xx)$/.test(status)) throw new CliError(`\`--status\` cannot be \`${status}\``, 'write `403`, or `4xx`')
    for (const [name, known] of Object.entries(KNOWN))
      for (const value of lists[name as keyof typeof KNOWN])
        if (!(known as readonly string[]).includes(value))
          throw new CliError(`\`--${name}\` cannot be \`${value}\``, `it is one of ${known.join(', ')}`)
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
    readLog(io, operands, reader)
    if (unreadable > 0) io.stderr.write(`${count(unreadable, 'line is', 'lines are')} no record\n`)
    if (format !== 'json') io.stderr.write(`${count(found, 'record')} of ${count(reader.lines, 'line')}\n`)
    return 0
  },
})

/** Returns a record on one line. */
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
