import type { ActionAudit } from '../../telemetry/audit/index.ts'
import type { AdminAnswer, AdminDeps } from './admin-call.ts'
import { type AdminProblem, problem } from './problem.ts'

/** Performs an operator's action only if it can be recorded. The response is sent after the audit record is written. */
export async function whileRecorded(
  deps: AdminDeps,
  act: (audit: ActionAudit) => Promise<AdminAnswer | AdminProblem>,
): Promise<AdminAnswer | AdminProblem> {
  const { log, perform = (action) => action() } = deps
  try {
    return await perform(() => recorded(deps, act))
  } catch (error) {
    log.error(`an action failed: ${(error as Error).message}`)
    return problem(
      503,
      'unavailable',
      'the action failed or took too long; it may still take effect: ' +
        'check the state before you try again, and read the log of the proxy',
      { 'retry-after': '1' },
    )
  }
}

async function recorded(
  { openAudit, log }: AdminDeps,
  act: (audit: ActionAudit) => Promise<AdminAnswer | AdminProblem>,
): Promise<AdminAnswer | AdminProblem> {
  let audit: ActionAudit
  try {
    audit = await openAudit()
  } catch (error) {
    log.error(`an action was not done, because it could not be recorded: ${(error as Error).message}`)
    return problem(503, 'audit', 'the action was not done, because the audit log cannot record it: check the log of the proxy')
  }
  try {
    return await act(audit)
  } finally {
    await audit.close()
  }
}
