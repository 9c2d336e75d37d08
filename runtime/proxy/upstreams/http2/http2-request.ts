import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'
import type { Dispatcher } from 'undici'
import { errors } from '../../../base/undici/index.ts'
import type { Ending } from '../../outbound-response.ts'
import type { Timeouts } from '../upstream-config.ts'
import { BadResponse, NoHttp2, NotBegun, StreamReset } from '../upstream-failure.ts'
import { type Http2Session, MAX_HEADER_LIST } from './http2-session.ts'
import { StreamedBody } from './streamed-body.ts'

/** undici's core callbacks, plus how the response ends. */
interface AnswerHandler extends Omit<Dispatcher.DispatchHandler, 'onHeaders'> {
  onHeaders?(status: number, headers: Buffer[], resume: () => void, text: string, ending?: Ending): boolean
}

/** Arguments of Node's event; its types omit the last. */
type Head = [headers: IncomingHttpHeaders & { ':status'?: number }, flags: number, rawHeaders: readonly string[]]

export class Http2Request {
  tries = 0
  readonly #fields: OutgoingHttpHeaders
  readonly #body: Buffer | StreamedBody | null
  readonly #handler: AnswerHandler
  readonly #timeouts: Timeouts
  /** For the first byte, then for idleness. */
  #timer: NodeJS.Timeout | null = null
  #session: Http2Session | null = null
  #stream: ClientHttp2Stream | null = null
  #trailers: Buffer[] = []
  #answered = false
  #paused = false
  #over = false

  constructor(
    options: Dispatcher.DispatchOptions,
    scheme: 'http' | 'https',
    handler: Dispatcher.DispatchHandler,
    timeouts: Timeouts,
  ) {
    this.#fields = fieldsOf(options, scheme)
    this.#body = (options.body ?? null) as Buffer | StreamedBody | null
    this.#handler = handler
    this.#timeouts = timeouts
  }

  /**
   * Sends the request on a connection.
   *
   * @param again called if the service has certainly not processed the request, so that another connection may send it
   */
  send(session: Http2Session, again: (error: NotBegun) => void): void {
    this.tries++
    this.#handler.onConnect?.(this.#abort)
    // The client left while the request waited for a connection.
    if (this.#over) return
    let stream: ClientHttp2Stream
    try {
      stream = session.open(this.#fields, this.#body === null)
    } catch (error) {
      return void this.fail(error as Error)
    }
    this.#session = session
    this.#stream = stream
    let failure: Error | null = null
    stream.on('error', (error) => {
      failure ??= error
    })
    stream.once('close', () => this.#onClose(session, stream, failure, again))
    stream.on('headers', (...[headers, , raw]: Head) => this.#onHint(Number(headers[':status']), raw))
    const hasEnded = hearEnd(stream)
    stream.once('response', (...head: Head) => this.#onHead(stream, hasEnded, ...head))
    stream.once('trailers', (...[, , raw]: Head) => {
      this.#tell(() => {
        this.#trailers = linesOf(raw)
      })
    })
    if (this.#body === null) return void this.#await()
    stream.once('finish', () => this.#await())
    const body = this.#body
    if (body instanceof StreamedBody) this.#tell(() => body.pour(stream))
    else stream.end(body)
  }

  fail(error: Error): void {
    if (this.#over) return
    this.#end()
    this.#handler.onError?.(error)
  }

  get isWhole(): boolean {
    return !(this.#body instanceof StreamedBody) || this.#body.isWhole
  }

  /** Starts the response timeout at the end of the request. */
  #await(): void {
    if (this.#answered || this.#over) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#session?.doubt()
      this.#break(
        new errors.HeadersTimeoutError(
          `the service did not respond within ${this.#timeouts.firstByte} ms (\`timeouts.firstByte\`): ` +
            'check the service, or raise the timeout',
        ),
      )
    }, this.#timeouts.firstByte)
  }

  #onHint(status: number, raw: readonly string[]): void {
    if (this.#over) return
    this.#session?.hear()
    this.#timer?.refresh()
    this.#tell(() => {
      this.#handler.onResponseStarted?.()
      this.#handler.onHeaders?.(status, linesOf(raw), this.#resume, '')
    })
  }

  #onHead(stream: ClientHttp2Stream, hasEnded: () => boolean, ...[headers, flags, raw]: Head): void {
    if (this.#over) return
    this.#answered = true
    this.#session?.hear()
    if (this.#body instanceof StreamedBody) this.#body.forget()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#onIdle(), this.#timeouts.idle)
    const ending = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0 ? 'trailers' : 'head'
    this.#tell(() => {
      this.#handler.onResponseStarted?.()
      this.#handler.onHeaders?.(Number(headers[':status']), linesOf(raw), this.#resume, '', ending)
    })
    if (this.#over) return
    if (ending === 'head') return void this.#complete()
    stream.on('data', (chunk: Buffer) => this.#onData(chunk))
    stream.once('end', () => {
      if (hasEnded()) this.#complete()
    })
  }

  #onData(chunk: Buffer): void {
    if (this.#over) return
    this.#session?.hear()
    this.#timer?.refresh()
    try {
      if (this.#handler.onData?.(chunk) !== false) return
    } catch (error) {
      return void this.#break(error as Error)
    }
    this.#paused = true
    this.#stream?.pause()
  }

  readonly #resume = (): void => {
    if (!this.#paused) return
    this.#paused = false
    this.#timer?.refresh()
    this.#stream?.resume()
  }

  /** Fails if the service sends nothing, unless the client does not read or is still sending. */
  #onIdle(): void {
    const goesOn = this.#body instanceof StreamedBody && this.#body.moves()
    if (this.#paused || goesOn) return void this.#timer?.refresh()
    this.#break(
      new errors.BodyTimeoutError(
        `the service sent nothing for ${this.#timeouts.idle} ms (\`timeouts.idle\`): check the service, or raise the timeout`,
      ),
    )
  }

  /** An exception in a callback ends it. */
  #tell(say: () => void): void {
    try {
      say()
    } catch (error) {
      this.#break(error as Error)
    }
  }

  #complete(): void {
    if (this.#over) return
    this.#end()
    // The service has responded completely, and would read the rest in vain (RFC 9113 §8.1).
    if (this.#body !== null && this.#stream?.writableFinished === false) this.#session?.cancel(this.#stream)
    try {
      // Typed as strings.
      this.#handler.onComplete?.(this.#trailers as unknown as string[])
    } catch (error) {
      this.#handler.onError?.(error as Error)
    }
  }

  #onClose(session: Http2Session, stream: ClientHttp2Stream, failure: Error | null, again: (error: NotBegun) => void): void {
    if (this.#over) return
    const { id = 0, rstCode = constants.NGHTTP2_NO_ERROR } = stream
    if (!this.#answered && id > session.lastStream) {
      this.#pause()
      again(new NotBegun(new StreamReset('the service has ended the connection (GOAWAY)', 'REFUSED'), true))
    } else if (!this.#answered && rstCode === constants.NGHTTP2_REFUSED_STREAM) {
      this.fail(new NotBegun(new StreamReset('the service has refused the stream', 'REFUSED'), true))
    } else {
      // A broken connection is reported by all its streams.
      this.fail(failure === null || isReset(failure) ? resetBy(rstCode) : failure)
    }
  }

  #pause(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#body instanceof StreamedBody) this.#body.stop()
    this.#stream = null
    this.#session = null
  }

  readonly #abort = (error?: Error): void => {
    this.#break(error ?? new errors.RequestAbortedError('the client closed the connection'))
  }

  #break(error: Error): void {
    if (this.#over) return
    const stream = this.#stream
    this.fail(error)
    if (stream !== null) this.#session?.cancel(stream)
  }

  #end(): void {
    this.#over = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#body instanceof StreamedBody) this.#body.stop()
  }
}

/** Whether a stream ended with END_STREAM. Node also ends one reset with NO_ERROR; only the order of events differs. */
function hearEnd(stream: ClientHttp2Stream): () => boolean {
  let isWhole: boolean | null = null
  const push = stream.push
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk === null) isWhole ??= !stream.closed
    return push.call(stream, chunk, encoding)
  }
  return () => isWhole === true
}

/** Node's error for any RST_STREAM code. */
function isReset({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_HTTP2_STREAM_ERROR'
}

function resetBy(code: number): Error {
  const name = codeNames[code] ?? String(code)
  switch (code) {
    case constants.NGHTTP2_HTTP_1_1_REQUIRED:
      return new NoHttp2('the service wants HTTP/1.1')
    // Includes errors raised by Node.
    case constants.NGHTTP2_PROTOCOL_ERROR:
    case constants.NGHTTP2_FLOW_CONTROL_ERROR:
    case constants.NGHTTP2_FRAME_SIZE_ERROR:
    case constants.NGHTTP2_COMPRESSION_ERROR:
      return new BadResponse(`the stream was reset (${name})`)
    default:
      return new StreamReset(`the stream was reset (${name})`, 'RESET')
  }
}

const codeNames: Readonly<Record<number, string>> = {
  0: 'NO_ERROR',
  1: 'PROTOCOL_ERROR',
  2: 'INTERNAL_ERROR',
  3: 'FLOW_CONTROL_ERROR',
  6: 'FRAME_SIZE_ERROR',
  7: 'REFUSED_STREAM',
  8: 'CANCEL',
  9: 'COMPRESSION_ERROR',
  11: 'ENHANCE_YOUR_CALM',
}

/** Returns headers like undici's: name, value, … @throws BadResponse above a limit that is a fourth of nghttp2's */
function linesOf(raw: readonly string[]): Buffer[] {
  const lines: Buffer[] = []
  let bytes = 0
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string
    const value = raw[i + 1] as string
    bytes += name.length + value.length
    if (!name.startsWith(':')) lines.push(Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1'))
  }
  if (bytes > MAX_HEADER_LIST) throw new BadResponse(`the header lines are larger than ${MAX_HEADER_LIST} bytes`)
  return lines
}

/** Builds a request's head (RFC 9113 §8.3.1); joins lines of one name (RFC 9110 §5.3). */
function fieldsOf({ method, path, headers }: Dispatcher.DispatchOptions, scheme: 'http' | 'https'): OutgoingHttpHeaders {
  const fields: Record<string, string> = { __proto__: null } as never
  fields[':method'] = method
  fields[':path'] = path
  fields[':scheme'] = scheme
  const lines = headers as readonly string[]
  for (let i = 0; i < lines.length; i += 2) {
    const name = (lines[i] as string).toLowerCase()
    const value = lines[i + 1] as string
    if (name === 'host') fields[':authority'] = value
    else fields[name] = name in fields ? `${fields[name]}, ${value}` : value
  }
  return fields
}
