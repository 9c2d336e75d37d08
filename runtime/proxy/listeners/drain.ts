import type { Server } from 'node:http'
import type { HttpServer } from '../index.ts'

/** How long is waited for whom, when a proxy closes. */
export interface DrainTimeouts {
  /**
   * Milliseconds until connections that carry nothing are ended. Meanwhile, each that asks for something gets its answer, and is
   * told by that to come no more: who ends one at once may do it at the moment in which a request is on its way on it.
   */
  readonly settle: number
  /** When what is under way is broken off. */
  readonly cut: AbortSignal
}

/** Milliseconds between two sweeps for idle connections; after `settle`, few are left to be found. */
const SWEEP = { soon: 50, settling: 2000 }

/** Takes no more connections, lets what is under way end, then breaks it off. */
export async function drain(
  { server, connections, retire, closeIdle, closeAll }: HttpServer,
  { settle, cut }: DrainTimeouts,
): Promise<void> {
  const over = connections.emptied()
  const cutOff = () => closeAll()
  cut.addEventListener('abort', cutOff, { once: true })
  if (cut.aborted) closeAll()
  if (settle > 0) {
    retire(settle)
    let timer: NodeJS.Timeout | undefined
    await Promise.race([over, new Promise((resolve) => (timer = setTimeout(resolve, settle)))])
    clearTimeout(timer)
  }
  // Stops its timers, too, where somebody else listens for it.
  server.close()
  closeIdle()
  // Connections that become idle while it drains are of no more use.
  const sweep = setInterval(closeIdle, settle > 0 ? SWEEP.settling : SWEEP.soon)
  await over
  clearInterval(sweep)
  cut.removeEventListener('abort', cutOff)
  // Those are left that nobody has counted, as they have not said whose they are.
  closeAll()
  connections.close()
}

/** Ends it with all that it is at. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
