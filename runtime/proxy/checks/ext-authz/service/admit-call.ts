import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { status } from '@grpc/grpc-js'

/** Room for calls, of all connections. */
export interface CallAdmission {
  /** Takes a place for a call, which `end` gives back. Returns whether there is one. */
  begin(isCheck: boolean): boolean
  end(): void
  /** Takes memory for a message, which `free` gives back. Returns whether there is enough. */
  take(bytes: number): boolean
  free(bytes: number): void
  /** A check failed before its request was read, for a reason that its caller gets. */
  failed(reason: string): void
}

/** Trailer with the code of an error of this listener. Errors of gRPC itself have none. */
export const ERROR_TRAILER = 'x-iap-error'

/**
 * Refuses a call for which there is no room, before its message is received. Must be called as soon as the call exists.
 *
 * @param limit maximum number of bytes of a message
 */
export function admitCall(stream: ServerHttp2Stream, isCheck: boolean, limit: number, admission: CallAdmission): void {
  stream.once('close', () => {
    const reason = isCheck ? failureOf(stream.sentHeaders) : null
    if (reason !== null) admission.failed(reason)
  })
  if (!admission.begin(isCheck)) {
    refuse(stream, NO_PLACE)
    return
  }
  const message = new IncomingMessageRoom(limit, admission)
  stream.once('close', () => {
    admission.end()
    message.leave()
  })
  // Before the listener of gRPC, which keeps what it receives.
  stream.prependListener('data', (chunk: Buffer) => {
    const refusal = message.receive(chunk)
    if (refusal !== null) refuse(stream, refusal)
  })
}

/** A status of gRPC, the code of `x-iap-error`, and a message. */
type CallRefusal = readonly [status: number, error: string, message: string]

const NO_PLACE: CallRefusal = [status.RESOURCE_EXHAUSTED, 'overloaded', 'too many checks are under way']
const NO_MEMORY: CallRefusal = [status.RESOURCE_EXHAUSTED, 'overloaded', 'there is no memory for the check']
const REPEATED: CallRefusal = [status.UNIMPLEMENTED, 'check-repeated', 'a call has one message']

/** A flag, and the length of the message. */
const PREFIX = 5
const EMPTY = Buffer.alloc(0)

/** Takes memory for the message of a call, once its length is known. */
class IncomingMessageRoom {
  readonly #limit: number
  readonly #admission: Pick<CallAdmission, 'take' | 'free'>
  #head: Buffer = EMPTY
  #received = 0
  /** Bytes of the message with its prefix; -1 if not known yet. */
  #length = -1
  #taken = 0

  constructor(limit: number, admission: Pick<CallAdmission, 'take' | 'free'>) {
    this.#limit = limit
    this.#admission = admission
  }

  /** Returns why the call must be refused; `null` if it need not be. */
  receive(chunk: Buffer): CallRefusal | null {
    this.#received += chunk.length
    if (this.#length === -1) {
      this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk])
      if (this.#head.length < PREFIX) return null
      if (!this.#takeFor(this.#head)) return NO_MEMORY
      this.#head = EMPTY
    }
    return this.#received > this.#length ? REPEATED : null
  }

  leave(): void {
    this.#admission.free(this.#taken)
    this.#taken = 0
  }

  #takeFor(head: Buffer): boolean {
    const bytes = head.readUInt32BE(1)
    // gRPC refuses it, and keeps none of it.
    const isTooLong = bytes > this.#limit
    this.#length = isTooLong ? Number.POSITIVE_INFINITY : bytes + PREFIX
    if (isTooLong) return true
    // A compressed message may become as long as any.
    const most = head[0] === 0 ? bytes : this.#limit
    if (!this.#admission.take(most)) return false
    this.#taken = most
    return true
  }
}

/** Answers without a response, and receives nothing more. */
function refuse(stream: ServerHttp2Stream, [code, error, message]: CallRefusal): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return
  const head = { ':status': 200, 'content-type': 'application/grpc+proto' }
  const trailers = { 'grpc-status': code, 'grpc-message': encodeURI(message), [ERROR_TRAILER]: error }
  stream.respond({ ...head, ...trailers }, { endStream: true })
  stream.close(constants.NGHTTP2_NO_ERROR)
}

/** Returns the message of an error of gRPC itself, in a response without a message; else `null`. */
function failureOf(sent: OutgoingHttpHeaders | undefined): string | null {
  const code = Number(sent?.['grpc-status'] ?? status.OK)
  if (sent === undefined || EXPECTED.has(code) || sent[ERROR_TRAILER] !== undefined) return null
  return decodeURI(String(sent['grpc-message'] ?? '')).slice(0, MAX_REASON)
}

/** Its deadline has passed, or its caller has cancelled it: its request is recorded. */
const EXPECTED: ReadonlySet<number> = new Set([status.OK, status.CANCELLED, status.DEADLINE_EXCEEDED])
const MAX_REASON = 200
