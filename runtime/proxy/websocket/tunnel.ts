import type { Duplex } from 'node:stream'
import { FrameCursor } from './frame-cursor.ts'

/** Milliseconds without a byte until TCP keep-alive probes, which detect a silently lost peer. */
const KEEP_ALIVE = 30_000

interface TunneledRequest {
  responseBytes: number
  readonly proxy: { readonly tunnels: Set<Tunnel> }
}

/** A Close frame with the code 1001, "going away" (RFC 6455 §7.4.1), as a server sends it. */
const GOING_AWAY = Buffer.of(0x88, 2, 0x03, 0xe9)

/** Copies bytes between a client and a service in both directions until either side ends. Of frames it reads only headers. */
export class Tunnel {
  readonly #request: TunneledRequest
  readonly #client: Duplex
  readonly #service: Duplex
  readonly #linger: number
  /** Frames of the service. */
  readonly #frames = new FrameCursor()
  #expiry: NodeJS.Timeout | null = null
  #isOver = false
  #isLeaving = false
  #endedBy: 'client-closed' | 'upstream-closed' | null = null

  /**
   * Connects a client and a service, and copies bytes between them at once.
   *
   * @param linger milliseconds for which one side may continue after the other has ended
   */
  constructor(request: TunneledRequest, client: Duplex, service: Duplex, linger: number) {
    this.#request = request
    this.#client = client
    this.#service = service
    this.#linger = linger
    for (const [from, to, code] of [
      [client, service, 'client-closed'],
      [service, client, 'upstream-closed'],
    ] as const) {
      if ('setKeepAlive' in from)
        (from as Duplex & { setKeepAlive(on: boolean, ms: number): void }).setKeepAlive(true, KEEP_ALIVE)
      const ends = () => {
        if (!this.#isOver && !this.#isLeaving) this.#endedBy ??= code
      }
      from.on('end', ends)
      from.on('error', () => {
        ends()
        this.close()
      })
      from.on('close', () => {
        ends()
        this.#closed(from, to)
      })
      // After a side has received everything from the other, it may continue for a while.
      from.on('finish', () => this.#lingers())
      from.pipe(to)
    }
    service.on('data', (chunk: Buffer) => {
      request.responseBytes += chunk.length
      if (this.#isLeaving) this.#copyLast(chunk)
      else this.#frames.pass(chunk)
    })
  }

  /**
   * Calls `end` when the credential that opened the tunnel expires.
   *
   * @param ms milliseconds until the credential expires
   */
  endIn(ms: number, end: () => void): void {
    this.#expiry = setTimeout(end, Math.min(ms, LONGEST)).unref()
  }

  /** The side that ended the tunnel first; `null` if the tunnel is open or the proxy has closed it. */
  get endedBy(): 'client-closed' | 'upstream-closed' | null {
    return this.#endedBy
  }

  /** Whether both sides have ended the tunnel normally. */
  get isWhole(): boolean {
    return this.#client.readableEnded && this.#service.readableEnded
  }

  /**
   * Closes the WebSocket with the code 1001, so that its client opens another one. The Close frame follows the frame that the
   * service is sending. The tunnel ends when the client closes its connection; the caller limits the time.
   */
  goAway(): void {
    if (this.#isOver || this.#isLeaving || this.#frames.hasClosed) return
    this.#isLeaving = true
    this.#service.unpipe(this.#client)
    this.#client.unpipe(this.#service)
    // Reads on, or its end would go unnoticed.
    this.#client.resume()
    if (this.#frames.isBetweenFrames) this.#sendClose()
    else this.#service.resume()
  }

  close(): void {
    if (this.#isOver) return
    this.#isOver = true
    if (this.#expiry !== null) clearTimeout(this.#expiry)
    this.#request.proxy.tunnels.delete(this)
    this.#client.destroy()
    this.#service.destroy()
  }

  /** Copies the rest of the service's current frame to the client. */
  #copyLast(chunk: Buffer): void {
    if (this.#frames.isBetweenFrames) return
    const hasRoom = this.#client.write(chunk.subarray(0, this.#frames.passFrame(chunk)))
    if (this.#frames.isBetweenFrames) this.#sendClose()
    else if (!hasRoom) {
      this.#service.pause()
      this.#client.once('drain', () => this.#service.resume())
    }
  }

  #sendClose(): void {
    this.#client.end(this.#frames.hasClosed ? undefined : GOING_AWAY)
    this.#service.destroy()
  }

  /** A closed side's last bytes may still be on their way to the other. */
  #closed(one: Duplex, other: Duplex): void {
    // The client's own Close frame is still to come.
    if (this.#isLeaving && one === this.#service && this.#client.writableEnded) return
    if (!one.readableEnded || other.destroyed) this.close()
  }

  #lingers(): void {
    setTimeout(() => this.close(), this.#linger).unref()
  }
}

/** The longest delay of a timer. */
const LONGEST = 2 ** 31 - 1
