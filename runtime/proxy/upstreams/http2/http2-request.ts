import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'
import type { Dispatcher } from 'undici'
import { errors } from '../../../base/undici/index.ts'
import type { Ending } from '../../outbound-response.ts'
import type { Timeouts } from '../upstream-config.ts'
import { BadResponse, NoHttp2, NotBegun, StreamReset } from '../upstream-failure.ts'
import { type Http2Session, MAX_HEADER_LIST } from './http2-session.ts'
import { StreamedBody } from './streamed-body.ts'

/** The callbacks that undici's core calls, and how the answer ends. */
interface AnswerHandler extends Omit<Dispatcher.DispatchHandler, 'onHeaders'> {
  onHeaders?(status: number, headers: Buffer[], resume: () => void, text: string, ending?: Ending): boolean
}

/** What Node tells of a head; its types leave the last one out. */
type Head = [headers: IncomingHttpHeaders & { ':status'?: number }, flags: number, rawHeaders: readonly string[]]

/** One request on its way to an address over HTTP/2, and its answer back. */
export class Http2Request {
  /** How often it was begun. */
  tries = 0
  readonly #fields: OutgoingHttpHeaders
  readonly #body: Buffer | StreamedBody | null
  readonly #handler: AnswerHandler
  readonly #timeouts: Timeouts
  /** Of the first byte, then of idleness. */
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

  /** Sends it on that connection. `again`: may it be begun anew elsewhere, if the service says that it has not begun with it. */
  send(session: Http2Session, again: (error: NotBegun) => void): void {
    this.tries++
    this.#handler.onConnect?.(this.#abort)
    // The client went away while the request waited for a connection.
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

  /** It ends without an answer, or with a part of one. */
  fail(error: Error): void {
    if (this.#over) return
    this.#end()
    this.#handler.onError?.(error)
  }

  get isWhole(): boolean {
    return !(this.#body instanceof StreamedBody) || this.#body.isWhole
  }

  /** From the end of the request the service has its time. */
  #await(): void {
    if (this.#answered || this.#over) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#session?.doubt()
      this.#break(new errors.HeadersTimeoutError(`no answer after ${this.#timeouts.firstByte} ms`))
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

  /** Fails a request whose service sends nothing, unless the client reads nothing or is still sending. */
  #onIdle(): void {
    const goesOn = this.#body instanceof StreamedBody && this.#body.moves()
    if (this.#paused || goesOn) return void this.#timer?.refresh()
    this.#break(new errors.BodyTimeoutError(`nothing came for ${this.#timeouts.idle} ms`))
  }

  /** What is thrown at the service's answer ends it. */
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
    // It has said all that it has to say, and reads the rest of the request for nothing (RFC 9113 §8.1).
    if (this.#body !== null && this.#stream?.writableFinished === false) this.#session?.cancel(this.#stream)
    try {
      // Its types have the lines as text.
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
      // Where the connection broke, all its streams say so.
      this.fail(failure === null || isReset(failure) ? resetBy(rstCode) : failure)
    }
  }

  /** It may be sent again. */
  #pause(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#body instanceof StreamedBody) this.#body.stop()
    this.#stream = null
    this.#session = null
  }

  readonly #abort = (error?: Error): void => {
    this.#break(error ?? new errors.RequestAbortedError('the client went away'))
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

/**
 * Whether a stream that ends has ended with END_STREAM. Node lets one end as well that the service has reset with NO_ERROR, as if
 * its answer were whole, and shows it in nothing but the order in which it does so.
 */
function hearEnd(stream: ClientHttp2Stream): () => boolean {
  let isWhole: boolean | null = null
  const push = stream.push
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk === null) isWhole ??= !stream.closed
    return push.call(stream, chunk, encoding)
  }
  return () => isWhole === true
}

/** What Node makes of every code of RST_STREAM. */
function isReset({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_HTTP2_STREAM_ERROR'
}

function resetBy(code: number): Error {
  const name = codeNames[code] ?? String(code)
  switch (code) {
    case constants.NGHTTP2_HTTP_1_1_REQUIRED:
      return new NoHttp2('the service wants HTTP/1.1')
    // Node's own complaints are among these.
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

/** Returns headers as undici gives them: name, value, … Throws `BadResponse` if they are too large: nghttp2 takes four times as much. */
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

/** The head of a request (RFC 9113 §8.3.1); several lines of one name are one (RFC 9110 §5.3). */
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
