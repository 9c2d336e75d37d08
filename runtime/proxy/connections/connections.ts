import type { Socket } from 'node:net'
import { closeReasonOf } from './connection-state.ts'

/** The used part of Node's socket handle, which alone knows what the kernel has accepted. */
interface Handle {
  readonly bytesWritten?: number
  /** Bytes not yet accepted by the kernel, which happens while the client's window is full. */
  readonly writeQueueSize?: number
}

interface Waiting {
  taken: number
  since: number
}

/**
 * The set of open client connections of one listener, whatever their protocol. It resets connections whose client does not
 * read.
 */
export class Connections {
  readonly #open = new Set<Socket>()
  readonly #waiting = new Map<Socket, Waiting>()
  readonly #sweep: NodeJS.Timeout
  #onEmpty: (() => void) | null = null

  /**
   * Creates an empty set of connections, and begins to check periodically for clients that do not read.
   *
   * @param stalled milliseconds for which a client may leave pending bytes unread until its connection is reset
   * @param tell called before each such reset
   */
  constructor(stalled: number, tell: () => void) {
    const cut = (socket: Socket) => {
      tell()
      closeReasonOf(socket).code = 'client-stalled'
      // Resets TCP: a truncated response must not look complete, and the kernel drops its buffer. Unix sockets have no reset.
      if (socket.remoteAddress === undefined) socket.destroy()
      else socket.resetAndDestroy()
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

  emptied(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onEmpty = resolve
    })
  }

  /**
   * Marks all open connections as ended by a shutdown, for the audit records of their requests. Must be called before any
   * connection is destroyed.
   */
  noteShutdown(): void {
    for (const socket of this.#open) closeReasonOf(socket).code ??= 'shutdown'
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

/**
 * Returns the milliseconds between two checks for clients that do not read.
 *
 * @param stalled milliseconds after which such a client's connection is reset
 */
export function sweepOf(stalled: number): number {
  return Math.min(1000, stalled / 4)
}
