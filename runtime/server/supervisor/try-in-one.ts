import { setTimeout as sleep } from 'node:timers/promises'
import type { PolicyRefusal } from '../../policy/index.ts'
import type { WorkerProcess } from './worker-process.ts'

/** How many workers may be lost over one thing. */
export const TRIES = 3

/** Milliseconds for which it is waited for another worker in place of one that has ended, and between two looks. */
const [REPLACED, REPLACED_LOOK] = [10_000, 50]

type There = Pick<WorkerProcess, 'state'>

/**
 * Finds one that takes it, before all others have to do with it: what ends whoever takes it must not end all of them, nor the
 * last that is left. One that is killed meanwhile, by whomever, says nothing of it.
 *
 * @param there who could be asked at the moment
 * @param take why it does not; `lost`: it is gone, or hangs
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
  return { kind: 'refused', code: 'worker', message: 'no worker was there to take it, or those that did have ended over it' }
}

/** Until two are there, or it has been waited for long enough. */
async function twoOf(there: () => readonly unknown[]): Promise<void> {
  for (const end = performance.now() + REPLACED; there().length < 2 && performance.now() < end; )
    await sleep(REPLACED_LOOK, undefined, { ref: false })
}
