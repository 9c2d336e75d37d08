import { setTimeout as sleep } from 'node:timers/promises'
import type { PolicyRefusal } from '../../policy/index.ts'
import type { WorkerProcess } from './worker-process.ts'

/** Maximum number of workers that may be lost in attempts to load one policy. */
export const TRIES = 3

/** Milliseconds to wait for the replacement of an ended worker, and between two checks. */
const [REPLACED, REPLACED_LOOK] = [10_000, 50]

type There = Pick<WorkerProcess, 'state'>

/**
 * Tries an operation in one worker before it is performed in the others, so that an operation that crashes workers cannot end
 * them all. Returns the worker in which it succeeded, or the refusal. With several workers, the last one is never used for a
 * further attempt.
 *
 * @param there returns the available workers
 * @param take performs the operation; resolves with `null` on success, with a refusal, or with `lost` if the worker is gone or
 *   hangs
 */
export async function tryInOne<Worker extends There>(
  there: () => readonly Worker[],
  take: (worker: Worker) => Promise<PolicyRefusal | 'lost' | null>,
): Promise<Worker | PolicyRefusal> {
  const isAlone = there().length < 2
  for (let tries = 0; tries < (isAlone ? 1 : TRIES); tries++) {
    if (tries > 0) await twoOf(there)
    const [worker, another] = there()
    if (worker === undefined || (tries > 0 && another === undefined)) break
    const answer = await take(worker)
    if (answer === null) return worker
    if (answer !== 'lost') return answer
  }
  return {
    kind: 'refused',
    code: 'worker',
    message: 'no worker was available, or those that loaded the policy have ended: try again, and read the log of the proxy',
  }
}

/** Waits for two workers, or a timeout. */
async function twoOf(there: () => readonly unknown[]): Promise<void> {
  for (const end = performance.now() + REPLACED; there().length < 2 && performance.now() < end; )
    await sleep(REPLACED_LOOK, undefined, { ref: false })
}
