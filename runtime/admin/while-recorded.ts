import type { AdminAnswer, AdminDeps } from './admin-call.ts'
import { type AdminProblem, problem } from './problem.ts'

/** What cannot be recorded does not happen. What happens is recorded by whoever does it. */
export async function whileRecorded(
  { openAudit, log }: AdminDeps,
  act: () => Promise<AdminAnswer | AdminProblem>,
): Promise<AdminAnswer | AdminProblem> {
  try {
    await (await openAudit()).close()
  } catch (error) {
    log.error(`an action could not be recorded, and was not done: ${(error as Error).message}`)
    return problem(503, 'audit', 'the action could not be recorded, so that it was not done')
  }
  return await act()
}
