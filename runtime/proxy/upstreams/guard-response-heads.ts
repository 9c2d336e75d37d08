import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { BadResponse } from './upstream-failure.ts'

/** Length of `HTTP/1.1 200`. */
const STATUS_LINE = 12
const CR = 0x0d
const LF = 0x0a
const DOT = 0x2e
const ZERO = 0x30
const ONE = 0x31
const TWO = 0x32

interface SentHeaders {
  readonly request: { readonly upgrade: unknown }
  readonly socket: Socket
}

const guards = new WeakMap<Socket, ResponseHeads>()
let isSubscribed = false

/**
 * Validates the status lines of a service's responses before undici parses them, because undici is too strict in some cases and
 * too lenient in others. Rewrites an unexpected `100 Continue` to 102, which undici skips; on 100 it would close the
 * connection. Destroys the connection with `BadResponse` for other HTTP versions and unexpected protocol switches.
 */
export function guardResponseHeads(socket: Socket): void {
  guards.set(socket, new ResponseHeads(socket))
  if (isSubscribed) return
  isSubscribed = true
  // Published before the first request byte, also by Node's own `fetch`, whose sockets have no guard.
  subscribe('undici:client:sendHeaders', (message) => {
    const { request, socket } = message as SentHeaders
    guards.get(socket)?.expect(Boolean(request.upgrade))
  })
}

class ResponseHeads {
  readonly #socket: Socket
  /** Whether the head of the final response is still awaited. */
  #isAwaited = false
  #asksUpgrade = false
  /** Position in the status line; at its end, within an informational head. */
  #at = 0
  #status = 0
  /** Line ends in a row. */
  #lineEnds = 0

  constructor(socket: Socket) {
    this.#socket = socket
    const read = socket.read
    // undici calls this for all reads.
    socket.read = (size?: number) => {
      const chunk: Buffer | null = read.call(socket, size)
      return this.#isAwaited && chunk !== null ? this.#look(chunk) : chunk
    }
  }

  expect(upgrade: boolean): void {
    this.#isAwaited = true
    this.#asksUpgrade = upgrade
    this.#at = 0
    this.#lineEnds = 0
  }

  /** Withholds nothing: whether a response byte has arrived decides about retries. */
  #look(chunk: Buffer): Buffer | null {
    for (let i = 0; i < chunk.length && this.#isAwaited; i++) {
      const byte = chunk[i] as number
      if (this.#at === STATUS_LINE) this.#passHead(byte)
      // Parsers skip empty lines before a status line.
      else if (this.#at > 0 || (byte !== CR && byte !== LF)) {
        const mistake = this.#readStatusLine(byte)
        if (mistake !== null) {
          this.#socket.destroy(new BadResponse(mistake))
          return null
        }
        if (this.#at === STATUS_LINE && this.#status === 100) chunk[i] = TWO
      }
    }
    return chunk
  }

  #readStatusLine(byte: number): string | null {
    const at = this.#at++
    if ((at === 5 && byte !== ONE) || (at === 6 && byte !== DOT)) return 'the status line is not one of HTTP/1.0 or HTTP/1.1'
    if (at < 9) return null
    this.#status = (at === 9 ? 0 : this.#status * 10) + byte - ZERO
    if (at === 9 && byte !== ONE) this.#isAwaited = false
    if (at < 11 || this.#status !== 101) return null
    this.#isAwaited = false
    return this.#asksUpgrade ? null : 'the service switched protocols without being asked to'
  }

  /** An empty line ends an informational head. */
  #passHead(byte: number): void {
    if (byte !== CR) this.#lineEnds = byte === LF ? this.#lineEnds + 1 : 0
    if (this.#lineEnds < 2) return
    this.#at = 0
    this.#lineEnds = 0
  }
}
