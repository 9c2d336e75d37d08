import { setImmediate as nextTurn } from 'node:timers/promises'

/** Milliseconds; then whoever else waits for the event loop has a turn. */
const SLICE = 4

/** For long work: waited for after each piece of it, the others have a turn now and then. */
export function inSlices(): () => Promise<void> | null {
  let start = performance.now()
  const rest = async () => {
    await nextTurn()
    start = performance.now()
  }
  return () => (performance.now() - start > SLICE ? rest() : null)
}
