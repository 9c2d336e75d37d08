import type { Duplex } from 'node:stream'

/** After which a peer that is gone without a word is noticed: milliseconds without a byte until TCP asks. */
const KEEP_ALIVE = 30_000

/** The request that opened a tunnel, as its tunnel sees it. */
interface TunneledRequest {
  responseBytes: number
  readonly proxy: { readonly tunnels: Set<Tunnel> }
}

/** Bytes both ways between a client and a service, which are nobody's to read, until either ends it. */
export class Tunnel {
  readonly #exchange: TunneledRequest
  readonly #client: Duplex
  readonly #service: Duplex
  readonly #linger: number
  #expiry: NodeJS.Timeout | null = null
  #isOver = false

  /** `linger`: milliseconds for which one side may go on once the other has ended. */
  constructor(exchange: TunneledRequest, client: Duplex, service: Duplex, linger: number) {
    this.#exchange = exchange
    this.#client = client
    this.#service = service
    this.#linger = linger
    for (const [from, to] of [
      [client, service],
      [service, client],
    ] as const) {
      if ('setKeepAlive' in from)
        (from as Duplex & { setKeepAlive(on: boolean, ms: number): void }).setKeepAlive(true, KEEP_ALIVE)
      from.on('error', () => this.close())
      from.on('close', () => this.#closed(from, to))
      // Whoever has been sent all that the other side had to say may go on for a while.
      from.on('finish', () => this.#lingers())
      from.pipe(to)
    }
    service.on('data', (chunk: Buffer) => {
      exchange.responseBytes += chunk.length
    })
  }

  /** It does not outlive the credential that opened it. `ms`: from now. */
  endIn(ms: number): void {
    this.#expiry = setTimeout(() => this.close(), Math.min(ms, LONGEST)).unref()
  }

  /** Whether both sides have ended it, and not broken it off. */
  get isWhole(): boolean {
    return this.#client.readableEnded && this.#service.readableEnded
  }

  close(): void {
    if (this.#isOver) return
    this.#isOver = true
    if (this.#expiry !== null) clearTimeout(this.#expiry)
    this.#exchange.proxy.tunnels.delete(this)
    this.#client.destroy()
    this.#service.destroy()
  }

  /** What a side has said before it ended is still on its way to the other. */
  #closed(one: Duplex, other: Duplex): void {
    if (!one.readableEnded || other.destroyed) this.close()
  }

  #lingers(): void {
    setTimeout(() => this.close(), this.#linger).unref()
  }
}

/** A timer cannot wait longer. */
const LONGEST = 2 ** 31 - 1
