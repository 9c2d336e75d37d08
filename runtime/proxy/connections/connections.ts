import type { Socket } from 'node:net'

/** What of Node's handle of a socket is looked at. It tells nowhere else what the system has taken. */
interface Handle {
  readonly bytesWritten?: number
  /** Bytes that wait for the system to take them, as it does while the client's side has room. */
  readonly writeQueueSize?: number
}

interface Waiting {
  /** Bytes that the system has taken so far. */
  taken: number
  since: number
}

/** Open connections of clients at one listener, whatever is spoken on them. */
export class Connections {
  readonly #open = new Set<Socket>()
  /** Those for which bytes wait. */
  readonly #waiting = new Map<Socket, Waiting>()
  readonly #sweep: NodeJS.Timeout
  #onEmpty: (() => void) | null = null

  /** `stalled`: milliseconds for which a client may take nothing of what waits for it; then it is cut, and `tell` called. */
  constructor(stalled: number, tell: () => void) {
    const cut = (socket: Socket) => {
      tell()
      // It is TCP that is reset: what was sent must not look whole, and the system need not keep what nobody takes.
      socket.resetAndDestroy()
    }
    this.#sweep = setInterval(() => this.#look(stalled, cut), sweepOf(stalled)).unref()
  }

  add(socket: Socket): void {
    this.#open.add(socket)
    socket.once('close', () => {
      this.#open.delete(socket)
      this.#waiting.delete(socket)
      if (this.#open.size === 0) this.#onEmpty?.()
    })
  }

  /** Settled when there is none. */
  emptied(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onEmpty = resolve
    })
  }

  destroyAll(): void {
    for (const socket of this.#open) socket.destroy()
  }

  close(): void {
    clearInterval(this.#sweep)
  }

  #look(stalled: number, cut: (socket: Socket) => void): void {
    const now = performance.now()
    for (const socket of this.#open) {
      const { writeQueueSize = 0, bytesWritten = 0 } = (socket as Socket & { _handle?: Handle | null })._handle ?? {}
      const waiting = this.#waiting.get(socket)
      if (writeQueueSize === 0) {
        if (waiting !== undefined) this.#waiting.delete(socket)
        continue
      }
      const taken = bytesWritten - writeQueueSize
      if (waiting === undefined || waiting.taken !== taken) this.#waiting.set(socket, { taken, since: now })
      else if (now - waiting.since >= stalled) cut(socket)
    }
  }
}

/** Milliseconds between two looks at who takes nothing. */
export function sweepOf(stalled: number): number {
  return Math.min(1000, stalled / 4)
}
