import type { LogRecord } from '../../runtime/telemetry/audit/query/index.ts'
import { askAdmin } from '../admin-client.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'

/** The maximum number of records that the proxy returns. */
export const MAX_DECISIONS = 500

/**
 * Returns the recent decisions of a running proxy, the newest first.
 *
 * @param filters parameters of the admin API that select decisions
 * @throws CliError if the proxy does not answer, or answers without decisions
 */
export async function recentDecisions(
  io: Io,
  url: string | undefined,
  filters: URLSearchParams = new URLSearchParams(),
): Promise<readonly LogRecord[]> {
  const query = new URLSearchParams([...filters, ['limit', String(MAX_DECISIONS)]])
  const { body } = await askAdmin(io, url, 'GET', `/v1/decisions?${query}`)
  if (Array.isArray(body.decisions)) return body.decisions as readonly LogRecord[]
  throw new CliError('the admin API answered without decisions', 'give the `admin.address` of a proxy of the same version')
}
