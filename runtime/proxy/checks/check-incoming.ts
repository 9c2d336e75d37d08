import type { Canonical } from '../../../request/index.ts'
import type { Connection, InboundRequest } from '../inbound-request.ts'
import { CheckEvents } from './check-events.ts'

/** A request about which another proxy asks: data, of which nothing is read from a connection. */
export interface CheckedRequest {
  /** Method and target as the client sent them, for records of requests without a canonical form. */
  readonly method: string
  readonly target: string
  /** Flat list of names and values, from which the canonical form is made. */
  readonly rawHeaders: readonly string[]
  /** IP address of the client, or of the asking proxy if it names none; empty if that has none, at a Unix socket. */
  readonly peer: string
  /**
   * The whole body; `null` if the request has none. `incomplete` if the asking proxy did not send it, or only a part. `unread` if
   * this proxy had no memory for it.
   */
  readonly body: Buffer | null | 'incomplete' | 'unread'
  /** Whether the asking proxy sends only those headers of the client that it is configured to. Default: no. */
  readonly mayLackHeaders?: boolean
  /** Whether nobody states whether the client has a certificate. Default: no. */
  readonly mayLackCertificate?: boolean
  /** Services to which the asking proxy would forward the request, if it says so. A permit of another one must be refused. */
  readonly services?: readonly string[]
  canonicalize(): Canonical
}

/** A checked request in the form in which the stages of the pipeline read requests. */
export class CheckIncoming extends CheckEvents implements InboundRequest {
  readonly httpVersion = '1.1'
  readonly complete = true
  readonly readableHighWaterMark = 65_536
  readonly socket: CheckConnection
  readonly withBody: boolean
  readonly isCut: boolean
  readonly isUnread: boolean
  readonly mayLackHeaders: boolean
  readonly mayLackCertificate: boolean
  readonly services: readonly string[]
  readonly #checked: CheckedRequest

  constructor(checked: CheckedRequest) {
    super()
    this.#checked = checked
    this.socket = new CheckConnection(checked.peer)
    this.withBody = checked.body !== null
    this.isCut = checked.body === 'incomplete'
    this.isUnread = checked.body === 'unread'
    this.mayLackHeaders = checked.mayLackHeaders === true
    this.mayLackCertificate = checked.mayLackCertificate === true
    this.services = checked.services ?? []
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
    super.on(event, listener)
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
class CheckConnection extends CheckEvents implements Connection {
  readonly remoteAddress: string | undefined
  writable = true

  constructor(peer: string) {
    super()
    // A proxy at a Unix socket has no address.
    this.remoteAddress = peer === '' ? undefined : peer
  }

  /** Ends the request: its asker is gone, or has its answer. */
  destroy(): void {
    if (!this.writable) return
    this.writable = false
    this.emit('close')
  }
}
