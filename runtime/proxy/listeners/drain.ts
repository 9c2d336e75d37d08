import type { Server } from 'node:http'
import type { HttpServer } from '../index.ts'

/** A listener with what its shutdown needs. `server` is `null` if another one listens for it. */
export interface ServingListener extends Omit<HttpServer, 'server'> {
  readonly server: Server | null
}

/** Timing of a listener's shutdown: first idle connections are closed, and at the end the remaining requests are aborted. */
export interface DrainTimeouts {
  /**
   * Milliseconds until idle connections are closed. Until then, responses announce the end of their connections; closing at
   * once could lose a request that is being sent.
   */
  readonly settle: number
  /** Signal that aborts the remaining requests. */
  readonly cut: AbortSignal
}

/** Milliseconds for clients of WebSockets to answer the Close frame. Other requests may go on for as long. */
const CLOSE_TIMEOUT = 1000

/** Milliseconds between two sweeps for idle connections; after `settle` few remain. */
const SWEEP = { soon: 50, settling: 2000 }

/** Shuts down a listener: stops accepting connections, waits until requests complete, and aborts the rest on the signal `cut`. */
export async function drain(
  { server, connections, retire, closeIdle, closeTunnels, closeAll }: ServingListener,
  { settle, cut }: DrainTimeouts,
): Promise<void> {
  const over = connections.emptied()
  let closing: NodeJS.Timeout | undefined
  const cutOff = () => {
    if (closeTunnels()) closing = setTimeout(closeAll, CLOSE_TIMEOUT)
    else closeAll()
  }
  cut.addEventListener('abort', cutOff, { once: true })
  if (cut.aborted) cutOff()
  if (settle > 0) {
    retire(settle)
    let timer: NodeJS.Timeout | undefined
    await Promise.race([over, new Promise((resolve) => (timer = setTimeout(resolve, settle)))])
    clearTimeout(timer)
  }
  // Also stops the timers of a server that does not listen itself.
  server?.close()
  closeIdle()
  // Connections that become idle while draining are closed.
  const sweep = setInterval(closeIdle, settle > 0 ? SWEEP.settling : SWEEP.soon)
  await over
  clearInterval(sweep)
  clearTimeout(closing)
  cut.removeEventListener('abort', cutOff)
  // Uncounted connections, whose protocol is still unknown.
  closeAll()
  connections.close()
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
