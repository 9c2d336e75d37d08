import { type LoadedPolicy, showNearest } from '../../compiler/project/index.ts'
import { messageOf } from '../../runtime/base/errors.ts'
import { escapeControls } from '../../runtime/base/log.ts'
import { type AuditRecord, auditLine } from '../../runtime/telemetry/audit/index.ts'
import { type LogRecord, readRecord } from '../../runtime/telemetry/audit/query/index.ts'
import { Replayer } from '../../runtime/telemetry/replay/index.ts'
import { CliError } from '../cli-error.ts'
import { explainRecorded } from '../explain/explain-recorded.ts'
import type { Style } from '../style.ts'

/**
 * Returns a function that formats the permit that a refused request was nearest to and the clauses of it that were not true. The
 * text is empty if the policy did not refuse the request, or no permit covers its route.
 */
export function explainRefusals(loaded: LoadedPolicy): (record: AuditRecord, style: Style) => string {
  const replayer = new Replayer(loaded.policy, { data: {}, key: null })
  return (record, style) => {
    if (record.effect === 'permit' || record.revision !== loaded.policy.revision || record.route === null) return ''
    try {
      const written = readRecord(auditLine(record)) as LogRecord
      const { explanation } = explainRecorded(loaded, replayer, written, {}, false)
      return showNearest(explanation, style)
    } catch (error) {
      // The record lacks what an explanation needs, such as the claims of a caller. A bug must not fail the request.
      return error instanceof CliError ? '' : `  the explanation failed: ${escapeControls(messageOf(error))}\n`
    }
  }
}
