import type { AnsweredRequest, Ending, OutboundResponse } from '../outbound-response.ts'
import { CheckEvents } from './check-events.ts'
import { envoyHeaders, type FrontHeaders } from './permitted-headers.ts'

/** What the asking proxy is to do. */
export type CheckVerdict = PermittedCheck | RefusedCheck

/** The request may go to its service, with changes. */
export interface PermittedCheck {
  readonly kind: 'permitted'
  /** Lower-case names and values of request headers, which replace all headers of these names. */
  readonly set: readonly (readonly [name: string, value: string])[]
  /** Names of request headers that must not reach the service, in lower case. */
  readonly remove: readonly string[]
  /** Names to remove whatever the request has. Permits of one kind share the list, so that its encoding can be kept. */
  readonly alwaysRemove: readonly string[]
  /** Headers to add to the response, as a flat list of names and values. */
  readonly response: readonly string[]
}

/** The client gets this response instead of the service's. */
export interface RefusedCheck {
  readonly kind: 'refused'
  readonly status: number
  /** Flat list of names and values. */
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** Status that a record says of a permitted check. */
const PERMITTED = 200

/**
 * The answer to a check, in the form in which the pipeline answers requests. The last stage calls `permit`; a stage that refuses
 * writes a response, which is collected. The callback gets the verdict once. An answer that the pipeline breaks off is a refusal,
 * because the asking proxy would otherwise wait for its timeout; one that was abandoned gives no verdict.
 */
export class CheckAnswer extends CheckEvents implements OutboundResponse {
  context: AnsweredRequest | null = null
  readonly multiplexed = true
  shouldKeepAlive = true
  ending: Ending = 'body'
  statusCode = 0
  headersSent = false
  writableFinished = false
  readonly writableLength = 0
  readonly front: FrontHeaders
  readonly #answered: (verdict: CheckVerdict) => void
  #headers: readonly string[] = []
  #body: Buffer[] = []
  #isOver = false
  #isAbandoned = false

  /** @param front what the asking proxy does with reserved headers */
  constructor(answered: (verdict: CheckVerdict) => void, front: FrontHeaders = envoyHeaders) {
    super()
    this.front = front
    this.#answered = answered
  }

  permit(verdict: PermittedCheck): void {
    this.statusCode = PERMITTED
    this.headersSent = true
    this.#finish(verdict)
  }

  /** Nothing waits: the body is complete, or is never read. */
  writeContinue(): void {}

  writeHints(): void {}

  writeHead(status: number, headers: string[]): void {
    this.statusCode = status
    this.#headers = headers
    this.headersSent = true
  }

  write(content: Buffer | string): boolean {
    this.#body.push(Buffer.from(content))
    return true
  }

  pass(...pieces: readonly Buffer[]): boolean {
    this.#body.push(...pieces)
    return true
  }

  flushHeaders(): void {}

  /** Responses of the proxy itself have no trailers but those of gRPC, which are part of its head. */
  sendTrailers(fields: readonly string[]): void {
    this.#headers = [...this.#headers, ...fields]
  }

  end(content?: Buffer | string): void {
    if (content !== undefined) this.write(content)
    this.#finish({
      kind: 'refused',
      status: this.statusCode,
      headers: this.#headers,
      body: Buffer.concat(this.#body),
    })
  }

  endWith(...body: readonly Buffer[]): void {
    this.pass(...body)
    this.end()
  }

  /** The asking proxy no longer waits: there is no verdict, whatever follows. */
  abandon(): void {
    this.#isAbandoned = true
  }

  destroy(): void {
    this.#close(BROKEN_OFF)
  }

  #finish(verdict: CheckVerdict): void {
    this.writableFinished ||= !this.#isOver
    this.#close(verdict)
  }

  /** The request ends and is recorded, even if its verdict cannot be sent. */
  #close(verdict: CheckVerdict): void {
    if (this.#isOver) return
    this.#isOver = true
    try {
      if (!this.#isAbandoned) this.#answered(verdict)
    } finally {
      this.emit('close')
    }
  }
}

/** The verdict on a request that ended without one. */
const BROKEN_OFF: RefusedCheck = {
  kind: 'refused',
  status: 500,
  headers: ['content-type', 'text/plain', 'cache-control', 'no-store', 'x-iap-error', 'internal'],
  body: Buffer.from('internal\n'),
}
