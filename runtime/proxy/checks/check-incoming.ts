import { EventEmitter } from 'node:events'
import type { Canonical } from '../../../request/index.ts'
import type { Connection, InboundRequest } from '../inbound-request.ts'
import type { CheckedRequest } from './checked-request.ts'

/** A checked request in the form in which the stages of the pipeline read requests. */
export class CheckIncoming extends EventEmitter implements InboundRequest {
  readonly httpVersion = '1.1'
  readonly complete = true
  readonly readableHighWaterMark = 65_536
  readonly socket: CheckConnection
  readonly withBody: boolean
  readonly isCut: boolean
  readonly #checked: CheckedRequest

  constructor(checked: CheckedRequest) {
    super()
    this.#checked = checked
    this.socket = new CheckConnection(checked.peer)
    this.withBody = checked.body !== null
    this.isCut = checked.body === 'incomplete'
  }

  get method(): string {
    return this.#checked.method
  }

  get url(): string {
    return this.#checked.target
  }

  get rawHeaders(): readonly string[] {
    return this.#checked.rawHeaders
  }

  get headers(): InboundRequest['headers'] {
    const { body } = this.#checked
    return { expect: undefined, 'content-length': Buffer.isBuffer(body) ? String(body.length) : undefined }
  }

  canonicalize(): Canonical {
    return this.#checked.canonicalize()
  }

  /** The body is passed to the first listener for its end, which is added last. */
  override on(event: string, listener: (...values: never[]) => void): this {
    super.on(event, listener as (...values: unknown[]) => void)
    if (event === 'end') process.nextTick(() => this.#pass())
    return this
  }

  #pass(): void {
    const { body } = this.#checked
    if (Buffer.isBuffer(body) && body.length > 0) this.emit('data', body)
    this.emit('end')
  }

  resume(): this {
    return this
  }

  pause(): this {
    return this
  }
}

/** Stands for the connection of the client, which only the asking proxy has. */
class CheckConnection extends EventEmitter implements Connection {
  readonly remoteAddress: string | undefined
  writable = true

  constructor(peer: string) {
    super()
    // A proxy at a Unix socket has no address.
    this.remoteAddress = peer === '' ? undefined : peer
    // Observers of a request listen for its end, at most once each.
    this.setMaxListeners(0)
  }

  /** Ends the request: its asker is gone, or has its answer. */
  destroy(): void {
    if (!this.writable) return
    this.writable = false
    this.emit('close')
  }
}
