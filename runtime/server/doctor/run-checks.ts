import { messageOf } from '../../base/errors.ts'
import { settledWithin } from '../../base/waiting.ts'
import type { Diagnosis, DoctorCheck, Reporter } from './diagnosis.ts'

const LATE = Symbol('late')

/**
 * Runs checks in parallel, and returns their results in the order of the checks.
 *
 * @param timeout milliseconds after which a check that still runs is a problem
 */
export async function runChecks(checks: readonly DoctorCheck[], timeout: number): Promise<readonly Diagnosis[]> {
  return (await Promise.all(checks.map((check) => runCheck(check, timeout)))).flat()
}

async function runCheck({ name, place, run }: DoctorCheck, timeout: number): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = []
  let isOver = false
  const report: Reporter = (result, message, { advice = null, check = name, place: at = place } = {}) => {
    if (!isOver) found.push({ check, place: at, result, message, advice })
  }
  const ended = run(report).then(
    () => null,
    (error: unknown) => messageOf(error),
  )
  const outcome = await settledWithin(ended, timeout, LATE)
  if (outcome === LATE)
    report('problem', `the check did not finish within ${timeout} ms`, {
      advice: 'check the network and the server, or allow more time with `--timeout`',
    })
  else if (outcome !== null) report('problem', `the check failed: ${outcome}`, { advice: 'report this as a bug of iap' })
  isOver = true
  return found
}
