import { type LoadedPolicy, showNearest } from '../../compiler/project/index.ts'
import { messageOf } from '../../runtime/base/errors.ts'
import { escapeControls } from '../../runtime/base/log.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { type AuditRecord, auditLine } from '../../runtime/telemetry/audit/index.ts'
import { type LogRecord, readRecord } from '../../runtime/telemetry/audit/query/index.ts'
import { ReplayError, Replayer } from '../../runtime/telemetry/replay/index.ts'
import { CliError } from '../cli-error.ts'
import { explainRecorded } from '../explain/explain-recorded.ts'
import type { Io } from '../io.ts'
import { readVersionedData } from '../replay/versioned-data.ts'
import type { Style } from '../style.ts'

/**
 * Returns a function that formats the permit that a refused request was nearest to and the clauses of it that were not true, or
 * the nearest routes. The text is empty if the policy did not refuse the request, or nothing is near.
 *
 * @param dataFiles `NAME=FILE` for each datum that the proxy reads from a file
 */
export function explainRefusals(
  io: Io,
  loaded: LoadedPolicy,
  dataFiles: readonly string[],
): (record: AuditRecord, style: Style) => string {
  let { data, replayer } = openReplayer(io, loaded.policy, dataFiles)

  return (record, style) => {
    if (record.effect === 'permit' || record.revision !== loaded.policy.revision) return ''
    if (record.route === null && record.reason !== 'no-route') return ''
    try {
      if (Object.entries(record.data).some(([name, version]) => data[name]?.version !== version)) {
        ;({ data, replayer } = openReplayer(io, loaded.policy, dataFiles))
      }
      const written = readRecord(auditLine(record)) as LogRecord
      const json = Object.fromEntries(Object.entries(data).map(([name, datum]) => [name, datum.json]))
      const { explanation } = explainRecorded(loaded, replayer, written, json, false)
      return showNearest(explanation, style)
    } catch (error) {
      // The record lacks what an explanation needs, such as the claims of a caller. A bug must not fail the request.
      return error instanceof CliError ? '' : `  the explanation failed: ${escapeControls(messageOf(error))}\n`
    }
  }
}

interface OpenReplayer {
  readonly data: ReturnType<typeof readVersionedData>
  readonly replayer: Replayer
}

/** Reads the data. There is none if a file cannot be read or does not fit, which the proxy's log reports. */
function openReplayer(io: Io, policy: Policy, files: readonly string[]): OpenReplayer {
  try {
    const data = readVersionedData(io, files)
    return { data, replayer: new Replayer(policy, { data, key: null }) }
  } catch (error) {
    if (!(error instanceof CliError || error instanceof ReplayError)) throw error
    return { data: {}, replayer: new Replayer(policy, { data: {}, key: null }) }
  }
}
