import { ABOUT_TOKEN, ADMIN } from '../admin-client.ts'
import { MAX_DECISIONS, recentDecisions } from '../audit/recent-decisions.ts'
import { defineCommand } from '../command.ts'
import { FORMAT } from '../flags.ts'
import { count, paint } from '../style.ts'
import { DECISION_FLAGS, shown } from './audit-query.ts'

export const auditRecent = defineCommand({
  name: 'audit recent',
  summary: 'Show recent decisions of a running proxy',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: {
    ...DECISION_FLAGS,
    admin: ADMIN,
    format: FORMAT,
  },
  more: `The proxy keeps recent decisions in memory. The command prints at most ${MAX_DECISIONS}, the newest last. The audit log
has all of them: see \`iap audit query\`. ${ABOUT_TOKEN}

  iap audit recent --effect deny --route orders.one`,
  async run(io, { flags: { admin, format, ...filters } }) {
    const query = new URLSearchParams()
    for (const [name, values] of Object.entries(filters)) for (const value of values) query.append(name, value)
    const decisions = (await recentDecisions(io, admin, query)).toReversed()
    const style = paint(io.stdout)
    for (const each of decisions) io.stdout.write(format === 'json' ? `${JSON.stringify(each)}\n` : `${shown(each, style)}\n`)
    if (format !== 'json') io.stderr.write(`${count(decisions.length, 'decision')}\n`)
    return 0
  },
})
