import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { GRPC, percentEncoded } from '../../../../base/grpc.ts'
import { deferReset } from '../../../../base/waiting.ts'

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

/** A method with one message in each direction. */
export interface UnaryMethod {
  readonly isCheck: boolean
  /**
   * Answers a message. Calls `reply` once at most, possibly before it returns.
   *
   * @returns a function that ends the call, because nobody waits for its reply any more
   * @throws Error if the bytes are no message of the method
   */
  answer(message: Buffer, reply: (reply: UnaryReply) => void): () => void
}

/** A message as `framed` returns it, or an error. */
export type UnaryReply = { readonly kind: 'message'; readonly pieces: readonly Uint8Array[] } | CallError

/** An error of gRPC. */
export interface CallError {
  readonly kind: 'error'
  readonly code: number
  /** Code of an error of this listener; `null` for what any server of gRPC may answer. */
  readonly error: string | null
  readonly message: string
}

/** Bounds of a call. */
interface CallLimits {
  /** Maximum number of bytes of a message. */
  readonly message: number
  /** Milliseconds from the beginning of a call after which it is cancelled, even if its caller does not receive the reply. */
  readonly check: number
}

/**
 * Returns a message without compression as it is sent.
 *
 * @param parts bytes of the message
 * @param shared bytes at its end, which are not copied: those of many messages
 */
export function framed(parts: readonly Uint8Array[], shared: Uint8Array | null = null): readonly Uint8Array[] {
  let length = PREFIX
  for (const part of parts) length += part.length
  const bytes = Buffer.allocUnsafe(length)
  bytes[0] = 0
  bytes.writeUInt32BE(length - PREFIX + (shared?.length ?? 0), 1)
  let at = PREFIX
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return shared === null ? [bytes] : [bytes, shared]
}

/**
 * Serves one call. Must be called as soon as its stream exists. The call has a place, and the memory for its message, before
 * the message is received. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 *
 * @param method the one that the path names, if there is one
 */
export function serveCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  method: UnaryMethod | undefined,
  limits: CallLimits,
  admission: CallAdmission,
): void {
  // Its end follows.
  stream.on('error', () => {})
  if (headers[':method'] !== 'POST') return void refuseByStatus(stream, { ':status': 405, allow: 'POST' })
  if (!CONTENT_TYPE.test(headers['content-type'] ?? '')) return void refuseByStatus(stream, { ':status': 415 })
  const milliseconds = timeoutOf(headers['grpc-timeout'])
  if (method === undefined) refuse(stream, UNKNOWN)
  else if (milliseconds === null) refuse(stream, NO_TIMEOUT)
  else if (!admission.begin(method.isCheck)) refuse(stream, NO_PLACE)
  else new UnaryCall(stream, method, limits, admission, milliseconds)
}

const CONTENT_TYPE = /^application\/grpc(?:$|[+;])/

/** Returns the milliseconds that the caller waits, without bound if it does not say; `null` if the value is malformed. */
function timeoutOf(value: string | readonly string[] | undefined): number | null {
  if (value === undefined) return Number.POSITIVE_INFINITY
  const [, count, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(value)) ?? []
  return unit === undefined ? null : Number(count) * (MILLISECONDS[unit] as number)
}

const MILLISECONDS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 }

/** A flag, and the length of the message. */
const PREFIX = 5
const EMPTY = Buffer.alloc(0)

class UnaryCall {
  readonly #stream: ServerHttp2Stream
  readonly #method: UnaryMethod
  readonly #limits: CallLimits
  readonly #admission: CallAdmission
  readonly #timer: NodeJS.Timeout
  /** What was received: after its prefix, a buffer of the whole message, so that small pieces take no more memory. */
  #bytes: Buffer = EMPTY
  #received = 0
  /** Bytes of the message with its prefix; -1 if not known yet. */
  #length = -1
  #taken = 0
  #isOver = false
  /** Ends the work on an answer. */
  #cancel = () => {}

  constructor(
    stream: ServerHttp2Stream,
    method: UnaryMethod,
    limits: CallLimits,
    admission: CallAdmission,
    milliseconds: number,
  ) {
    this.#stream = stream
    this.#method = method
    this.#limits = limits
    this.#admission = admission
    const isExpiry = milliseconds < limits.check
    const end = () => (isExpiry && !this.#isOver ? this.#expire() : stream.close(constants.NGHTTP2_CANCEL))
    this.#timer = setTimeout(end, isExpiry ? milliseconds : limits.check).unref()
    stream.on('data', (chunk: Buffer) => this.#receive(chunk))
    stream.once('end', () => this.#answer())
    stream.once('close', () => this.#close())
  }

  #receive(chunk: Buffer): void {
    if (this.#isOver) return
    const start = this.#received
    this.#received += chunk.length
    if (this.#length !== -1) {
      if (this.#received > this.#length) return void this.#refuse(REPEATED)
      chunk.copy(this.#bytes, start)
      return
    }
    const bytes = start === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    this.#bytes = bytes
    if (bytes.length < PREFIX) return
    const refusal = this.#readPrefix(bytes) ?? (bytes.length > this.#length ? REPEATED : null)
    if (refusal !== null) return void this.#refuse(refusal)
    if (bytes.length === this.#length) return
    this.#bytes = Buffer.allocUnsafe(this.#length)
    bytes.copy(this.#bytes)
  }

  /** Takes the memory for the message. Returns why the call must be refused; `null` if it need not be. */
  #readPrefix(bytes: Buffer): CallError | null {
    if (bytes[0] !== 0) return COMPRESSED
    const length = bytes.readUInt32BE(1)
    const { message } = this.#limits
    if (length > message) return errorOf(GRPC.resourceExhausted, null, `the message has ${length} bytes, more than ${message}`)
    if (!this.#admission.take(length)) return NO_MEMORY
    this.#taken = length
    this.#length = length + PREFIX
    return null
  }

  #answer(): void {
    // What its caller has reset ends, too.
    if (this.#isOver || this.#stream.closed) return
    if (this.#received !== this.#length) return void this.#refuse(this.#received === 0 ? MISSING : CUT)
    const message = this.#bytes.subarray(PREFIX)
    this.#bytes = EMPTY
    try {
      this.#cancel = this.#method.answer(message, (reply) => this.#reply(reply))
    } catch {
      this.#refuse(UNREADABLE)
    }
  }

  #reply(reply: UnaryReply): void {
    if (this.#isOver) return
    this.#isOver = true
    const stream = this.#stream
    if (reply.kind === 'error') return void refuse(stream, reply)
    if (stream.destroyed || stream.closed) return
    stream.respond(HEAD, { waitForTrailers: true })
    stream.once('wantTrailers', () => stream.sendTrailers(SUCCESS))
    // As one piece of data.
    stream.cork()
    for (const piece of reply.pieces) stream.write(piece)
    stream.end()
  }

  /** The deadline of the caller has passed. */
  #expire(): void {
    this.#isOver = true
    refuse(this.#stream, LATE)
    this.#cancel()
  }

  #refuse(refusal: CallError): void {
    this.#isOver = true
    this.#bytes = EMPTY
    if (this.#method.isCheck && refusal.error === null) this.#admission.failed(refusal.message)
    refuse(this.#stream, refusal)
  }

  #close(): void {
    clearTimeout(this.#timer)
    this.#admission.end()
    this.#admission.free(this.#taken)
    if (this.#isOver) return
    this.#isOver = true
    this.#bytes = EMPTY
    this.#cancel()
  }
}

const HEAD = { ':status': 200, 'content-type': 'application/grpc+proto' }
const SUCCESS = { 'grpc-status': String(GRPC.ok) }

function errorOf(code: number, error: string | null, message: string): CallError {
  return { kind: 'error', code, error, message }
}

const UNKNOWN = errorOf(GRPC.unimplemented, null, 'this method is not served here')
const NO_TIMEOUT = errorOf(GRPC.internal, null, '`grpc-timeout` is not at most 8 digits and one of H, M, S, m, u, n')
const NO_PLACE = errorOf(GRPC.resourceExhausted, 'overloaded', 'too many checks are under way')
const NO_MEMORY = errorOf(GRPC.resourceExhausted, 'overloaded', 'there is no memory for the check')
const REPEATED = errorOf(GRPC.unimplemented, 'check-repeated', 'a call has one message')
const COMPRESSED = errorOf(GRPC.unimplemented, null, 'messages may not be compressed')
const MISSING = errorOf(GRPC.unimplemented, null, 'the call has no message')
const CUT = errorOf(GRPC.internal, null, 'the call ends before its message')
const UNREADABLE = errorOf(GRPC.internal, null, 'the bytes are no message of this method')
const LATE = errorOf(GRPC.deadlineExceeded, null, 'the deadline of the call has passed')

/** Trailer with the code of an error of this listener. */
const ERROR_TRAILER = 'x-iap-error'

/** Answers without a message, and receives nothing more. */
function refuse(stream: ServerHttp2Stream, { code, error, message }: CallError): void {
  const trailers = { 'grpc-status': String(code), 'grpc-message': percentEncoded(message) }
  const compression = code === GRPC.unimplemented ? { 'grpc-accept-encoding': 'identity' } : {}
  refuseByStatus(stream, { ...HEAD, ...trailers, ...compression, ...(error === null ? {} : { [ERROR_TRAILER]: error }) })
}

function refuseByStatus(stream: ServerHttp2Stream, head: Readonly<Record<string, string | number>>): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return
  stream.respond(head, { endStream: true })
  deferReset(() => stream.close(constants.NGHTTP2_NO_ERROR))
}
