import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { CanonicalRequest } from '../../../request/index.ts'
import { lingerOrClose } from '../connections/linger.ts'
import { type CallLimit, callLimit } from '../grpc/call-limit.ts'
import { abortResponse, endWithCredential } from '../live/end-with-credential.ts'
import { GRACE, StallClock } from '../live/watch-request.ts'
import type { Ending } from '../outbound-response.ts'
import { overloaded, refusalOf } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import { type RequestBody, streamedBody } from '../request-body.ts'
import type { Cancellable, EndedCode, RequestContext } from '../request-context.ts'
import { noteResponseStarted } from '../request-lifecycle.ts'
import { type Address, type Service, StreamedBody } from '../upstreams/index.ts'
import { BadResponse, blamesAddress, NoProgress, NotBegun, upstreamFailure, WholeTimeout } from '../upstreams/upstream-failure.ts'
import { joinTunnel } from '../websocket/join-tunnel.ts'
import { earlyHints } from './early-hints.ts'
import { answerHeaders } from './response-headers.ts'
import { deservesRetry, isIdempotent } from './retry.ts'
import { announcesTrailers, passTrailers, takesTrailers } from './trailers.ts'
import { type BatchedWriter, writeInBatch } from './write-batcher.ts'

/** Bytes of a body that are held back to the end of the turn, to combine writes. */
const MAX_HELD = 131_072

/** Informational responses that are read, as each restarts the timer, and that are forwarded. */
const MAX_HINTS = { heard: 100, told: 8 }

const MAX_STATUS = 599

type Body = Buffer | RequestBody | StreamedBody | null

/**
 * Forwards one request to a service and the response to the client. Implements the core callbacks of undici, because parsing
 * headers in its newer API costs more than everything done here.
 */
export class Forwarding implements Dispatcher.DispatchHandler, Cancellable, BatchedWriter {
  readonly #context: RequestContext
  readonly #service: Service
  readonly #request: CanonicalRequest
  readonly #headers: string[]
  readonly #body: Body
  #address: Address | null = null
  #connected = false
  #begun = false
  /** The total timeout. */
  #timer: NodeJS.Timeout | null = null
  #limit: CallLimit | null = null
  #abort: ((error?: Error) => void) | null = null
  #resume: (() => void) | null = null
  #paused = false
  #hearsDrain = false
  #sent = false
  /** The start of the body while the head is held back, and further pieces. */
  #held: Buffer | null = null
  #more: Buffer[] | null = null
  #heldBytes = 0
  #whole = false
  #hints = 0
  #over = false
  /** `null`: progress has not been checked yet. */
  #clock: StallClock | null = null

  constructor(context: RequestContext, service: Service, request: CanonicalRequest, headers: string[]) {
    this.#context = context
    this.#service = service
    this.#request = request
    this.#headers = headers
    this.#body = context.body ?? streamedBody(context, request, service)
  }

  begin(): void {
    const context = this.#context
    const address = this.#service.take(context.authentication)
    if (address === null) return void this.#refuse()
    const { total } = this.#service.config.timeouts
    if (total !== null || context.answer.multiplexed) this.#limit = callLimit(context, total)
    if (this.#limit !== null) this.#timer = setTimeout(() => this.expire(), this.#limit.ms)
    context.forwarding = this
    this.#address = address
    writeInBatch(this)
  }

  /**
   * Performs the write that was delayed until the end of this turn of the event loop: sends the request to the service, or sends
   * the part of the response that has arrived to the client.
   */
  send(): void {
    try {
      if (this.#whole) this.#answerWhole()
      else if (this.#begun) this.#answerHead()
      else if (this.#over) this.#giveBack()
      else if (this.#address !== null) this.#dispatch(this.#address, this.#path())
    } catch (error) {
      const isUnderWay = this.#giveBack() !== null
      this.#fail(error as Error)
      if (isUnderWay) this.#abort?.()
    }
  }

  /**
   * Sends the request again after a failure, on a new connection and to another address if there is one.
   *
   * @param failed address that failed
   * @param reached whether the request was sent to that address
   * @param failure error for the client if no address accepts the request
   */
  repeat(failed: Address, reached: boolean, failure: Error): void {
    if (this.#over) return
    let error = failure
    try {
      const path = this.#path()
      const address = this.#service.takeAgain(this.#context.authentication, failed, reached)
      if (address !== null) return void this.#dispatch(address, path)
    } catch (mistake) {
      this.#giveBack()
      error = mistake as Error
    }
    this.#fail(error)
  }

  /** Ends the request because its total timeout, its gRPC deadline or its credential has expired. */
  expire(): void {
    if (this.#over || this.#limit === null) return
    const { ms, by } = this.#limit
    if (by === 'credential') {
      this.#end()
      endWithCredential(this.#context, 'expired')
    } else {
      const isOwn = by === 'call'
      this.#fail(new WholeTimeout(`the answer had not ended after ${ms} ms${isOwn ? ' (`grpc-timeout`)' : ''}`), isOwn)
    }
    this.#abort?.()
  }

  endWith(code: EndedCode): void {
    if (this.#over) return
    this.#end()
    endWithCredential(this.#context, code)
    this.#abort?.()
  }

  cancel(): void {
    if (this.#over) return
    this.#end()
    this.#paused = false
    this.#abort?.()
  }

  moves(): boolean {
    return this.#body instanceof StreamedBody && this.#body.moves()
  }

  watch(now: number): void {
    if (this.#over) return
    const { answer, incoming, responseBytes, attempts, upstreamStatus } = this.#context
    const { connect, firstByte, idle } = this.#service.config.timeouts
    const received = this.#body !== null && 'received' in this.#body ? this.#body.received : 0
    const hasBegun = upstreamStatus !== null
    // Incomplete request bodies and stalled clients have timers of their own.
    const isTimedElsewhere = hasBegun ? answer.writableLength > 0 : !incoming.complete
    const progress = isTimedElsewhere ? Number.NaN : responseBytes + received + attempts + this.#hints + Number(hasBegun)
    const limit = (hasBegun ? idle : connect + firstByte) + GRACE
    this.#clock ??= new StallClock()
    if (this.#clock.look(progress, now) < limit) return
    this.#fail(new NoProgress(`nothing has moved for ${limit} ms`))
    this.#abort?.()
  }

  /** Checks on each attempt that what is forwarded is what was decided: the same object and bytes. */
  #path(): string {
    const { request, incoming } = this.#context
    const path = this.#request.rawPath + this.#request.rawQuery
    if (request !== this.#request || path !== incoming.url || request.method !== incoming.method)
      throw new Error('the forwarded request differs from the one that was authorized: this is a bug in iap; report it')
    return path
  }

  #dispatch(address: Address, path: string): void {
    const context = this.#context
    this.#address = address
    this.#abort = null
    this.#connected = false
    context.upstream = address.label
    context.attempts++
    const options: Dispatcher.DispatchOptions & { readonly servername: string } = {
      path,
      method: this.#request.method,
      headers: this.#headers,
      body: this.#body as Buffer | RequestBody | null,
      servername: address.servername,
      ...(context.upgrade !== null && { upgrade: 'websocket' }),
      // Otherwise undici closes the connection after a response to HEAD. Any bytes after such a head still close it.
      ...(this.#request.method === 'HEAD' && { reset: false }),
    }
    address.dispatch(options, this, context.attempts > 1)
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort
    this.#connected = true
    // The client left while the request waited for a connection.
    if (this.#over) abort()
  }

  onUpgrade(status: number, raw: Buffer[], service: Duplex): void {
    if (this.#over) {
      this.#giveBack()
      return void service.destroy()
    }
    const { upgrade } = this.#context
    if (upgrade === null) throw new BadResponse('the service switched protocols without being asked to')
    joinTunnel(this.#context, upgrade, status, raw, service)
    // A tunnel is under way there while it is open, without a total timeout.
    this.#end()
    if (this.#address !== null) this.#service.answered(this.#address, status)
    service.on('close', () => this.#giveBack())
  }

  onResponseStarted(): void {
    this.#begun = true
  }

  /**
   * Forwards the head of the response.
   *
   * @param ending kind of the response's last part, if it is known at the head, as over HTTP/2
   * @throws BadResponse if the head cannot be forwarded
   */
  onHeaders(status: number, raw: Buffer[], resume: () => void, _text?: string, ending?: Ending): boolean {
    if (status < 200) return this.#inform(status, raw)
    if (status > MAX_STATUS) throw new BadResponse(`the status ${status} is none of HTTP`)
    const { answer, proxy } = this.#context
    this.#resume = resume
    if (proxy.draining) answer.shouldKeepAlive = false
    if (answer.multiplexed) answer.ending = ending ?? (announcesTrailers(raw) ? 'trailers' : 'body')
    answer.writeHead(status, answerHeaders(this.#context, status, raw))
    noteResponseStarted(this.#context, status)
    if (this.#address !== null) this.#service.answered(this.#address, status)
    // Sends the head with the first bytes of the body if they are there, else alone.
    writeInBatch(this)
    // It has no body, whatever length it states (RFC 9112 §6.3); undici would wait for one.
    if (status === 204 || status === 304) this.#finish()
    return true
  }

  /** Forwards early hints (RFC 9110 §15.2, RFC 8297 §3), except to HTTP/1.0 or before a WebSocket. Others concern one hop. */
  #inform(status: number, raw: readonly Buffer[]): boolean {
    if (status < 100 || status === 101) throw new BadResponse(`the status ${status} answers nothing that was asked`)
    if (++this.#hints > MAX_HINTS.heard) throw new BadResponse('there is no end of informational answers')
    const { answer, incoming, upgrade } = this.#context
    if (status !== 103 || this.#hints > MAX_HINTS.told || incoming.httpVersion === '1.0' || upgrade !== null) return true
    const hints = earlyHints(raw)
    if (hints !== null) answer.writeHints(hints)
    return true
  }

  onData(chunk: Buffer): boolean {
    const context = this.#context
    // undici signals progress by an empty chunk.
    if (chunk.length === 0) return true
    context.responseBytes += chunk.length
    if (!this.#sent && this.#hold(chunk)) return true
    if (this.#sent ? context.answer.pass(chunk) : this.#answerHead(chunk)) return true
    this.#paused = true
    if (!this.#hearsDrain) context.answer.on('drain', this.#onDrain)
    this.#hearsDrain = true
    return false
  }

  #hold(chunk: Buffer): boolean {
    if (this.#heldBytes + chunk.length > MAX_HELD) return false
    this.#heldBytes += chunk.length
    if (this.#held === null) this.#held = chunk
    else if (this.#more === null) this.#more = [chunk]
    else this.#more.push(chunk)
    return true
  }

  /**
   * Completes the response to the client. Called by undici when the service's response is complete.
   *
   * @param trailers flat list of names and values as bytes, which undici declares as strings
   */
  onComplete(trailers: readonly (Buffer | string)[] | null): void {
    this.#giveBack()
    if (this.#over) return
    if (trailers !== null && trailers.length > 0 && takesTrailers(this.#context))
      return void this.#finishWith(trailers as readonly Buffer[])
    if (this.#held === null) return void this.#finish()
    // The head came in this turn too.
    this.#end()
    this.#whole = true
  }

  /** Trailers follow the body in a separate write. */
  #finishWith(trailers: readonly Buffer[]): void {
    try {
      this.#answerHead()
      passTrailers(this.#context.answer, trailers)
      this.#finish()
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #answerWhole(): void {
    const { answer, ended } = this.#context
    if (ended || this.#held === null) return
    if (this.#more === null) answer.endWith(this.#held)
    else answer.endWith(this.#held, ...this.#more)
    this.#linger()
  }

  /** Avoids `flushHeaders`, which writes bytes above 0x7f as UTF-8. */
  #answerHead(...rest: readonly Buffer[]): boolean {
    if (this.#sent || this.#over) return true
    this.#sent = true
    const isTaken = this.#context.answer.pass(this.#held ?? nothing, ...(this.#more ?? []), ...rest)
    this.#held = null
    this.#more = null
    return isTaken
  }

  #finish(): void {
    this.#end()
    try {
      this.#context.answer.end()
    } catch (error) {
      // Without a body the head is sent only now, and the caller does not know the client.
      return void this.#fail(error as Error)
    }
    this.#linger()
  }

  #linger(): void {
    const { incoming, proxy } = this.#context
    if (!incoming.complete) lingerOrClose(incoming, proxy.limits.linger)
  }

  onError(error: Error): void {
    const address = this.#giveBack()
    if (this.#over || address === null) return
    const { code } = upstreamFailure(error)
    // An address that has responded is up.
    if (blamesAddress(error, code) && this.#context.upstreamStatus === null) this.#service.failed(address)
    const { attempts } = this.#context
    const again = attempts < this.#service.config.retries.attempts && !this.#begun && this.#isRepeatable(error)
    const reached = error instanceof NotBegun ? error.reached : this.#connected
    // Deferred: undici is still handling the connection.
    if (again && deservesRetry(code, reached)) process.nextTick(() => this.repeat(address, reached, error))
    else this.#fail(error)
  }

  /** Whether a repetition cannot have a second effect, and the body is still available. */
  #isRepeatable(error: Error): boolean {
    const body = this.#body
    if (error instanceof NotBegun) return !(body instanceof StreamedBody) || body.isWhole
    return isIdempotent(this.#request.method) && (body === null || body instanceof Buffer)
  }

  /** `isOwn`: the client's own limit, which does not blame the service. */
  #fail(error: Error, isOwn = false): void {
    this.#end()
    const context = this.#context
    const { code, detail } = upstreamFailure(error)
    context.detail = detail
    if (code === 'overloaded') context.proxy.metrics.shed('descriptors')
    else if (!isOwn) context.proxy.metrics.upstreamError(this.#service.name, code)
    if (context.answer.headersSent) {
      context.code = code
      abortResponse(context)
    } else {
      refuse(context, code === 'overloaded' ? overloaded() : refusalOf(code))
    }
  }

  /** No address accepts the request. */
  #refuse(): void {
    const { code, retryAfter } = this.#service.unavailable()
    this.#context.proxy.metrics.upstreamError(this.#service.name, code)
    refuse(this.#context, refusalOf(code, { headers: [['retry-after', String(retryAfter)]] }))
  }

  #end(): void {
    this.#over = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  /** Releases the address: once for each attempt. */
  #giveBack(): Address | null {
    const address = this.#address
    this.#address = null
    if (address !== null) this.#service.giveBack(address)
    return address
  }

  /** Never for a later response, which may use the same connection. */
  readonly #onDrain = () => {
    if (!this.#paused) return
    this.#paused = false
    this.#resume?.()
  }
}

const nothing = Buffer.alloc(0)
