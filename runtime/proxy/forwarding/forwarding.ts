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
import type { RequestBody } from '../request-body.ts'
import type { Cancellable, EndedCode, RequestContext } from '../request-context.ts'
import { type Address, type Service, StreamedBody } from '../upstreams/index.ts'
import { BadResponse, blamesAddress, NoProgress, NotBegun, upstreamFailure, WholeTimeout } from '../upstreams/upstream-failure.ts'
import { joinTunnel } from '../websocket/join-tunnel.ts'
import { earlyHints } from './early-hints.ts'
import { answerHeaders } from './response-headers.ts'
import { deservesRetry, isIdempotent } from './retry.ts'
import { announcesTrailers, passTrailers, takesTrailers } from './trailers.ts'
import { type BatchedWriter, writeInBatch } from './write-batcher.ts'

/** Bytes of a body that are held back until the end of the turn: one write for several pieces costs less. */
const MAX_HELD = 131_072

/** Informational responses to one request that are read, each of which restarts the timer; and how many are passed on. */
const MAX_HINTS = { heard: 100, told: 8 }

/** RFC 9110 §15: others are invalid. */
const MAX_STATUS = 599

type Body = Buffer | RequestBody | StreamedBody | null

/**
 * The service's answer on its way to the client. These are the callbacks that undici's core calls itself; its newer ones are
 * made of them by parsing the headers into an object, which costs more than all that is done here.
 */
export class Forwarding implements Dispatcher.DispatchHandler, Cancellable, BatchedWriter {
  readonly #exchange: RequestContext
  readonly #service: Service
  readonly #request: CanonicalRequest
  readonly #headers: string[]
  readonly #body: Body
  /** Where the request is now. */
  #address: Address | null = null
  /** There is a connection, and the request goes out on it. */
  #connected = false
  /** A byte of an answer has come. */
  #begun = false
  /** Of the time for all of it. */
  #timer: NodeJS.Timeout | null = null
  #limit: CallLimit | null = null
  #abort: ((error?: Error) => void) | null = null
  #resume: (() => void) | null = null
  #paused = false
  #hearsDrain = false
  /** Of the answer, its head. */
  #sent = false
  /** The beginning of the body, for as long as the head has not gone out; and what came of it besides. */
  #held: Buffer | null = null
  #more: Buffer[] | null = null
  #heldBytes = 0
  /** All of the answer is there. */
  #whole = false
  #hints = 0
  #over = false
  /** Null: nobody has looked at its progress yet. */
  #clock: StallClock | null = null

  constructor(exchange: RequestContext, service: Service, request: CanonicalRequest, headers: string[], body: Body) {
    this.#exchange = exchange
    this.#service = service
    this.#request = request
    this.#headers = headers
    this.#body = body
  }

  begin(): void {
    const exchange = this.#exchange
    const address = this.#service.take(exchange.authentication)
    if (address === null) return void this.#refuse()
    const { total } = this.#service.config.timeouts
    if (total !== null || exchange.answer.multiplexed) this.#limit = callLimit(exchange, total)
    if (this.#limit !== null) this.#timer = setTimeout(() => this.expire(), this.#limit.ms)
    exchange.carrying = this
    this.#address = address
    writeInBatch(this)
  }

  /**
   * The request; or of the answer what has come of it in this turn: with its head, if it is not short and there is all of it, no
   * more than the beginning of its body.
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

  /** Once more: the same request, on a new connection, to another address if there is one. */
  repeat(failed: Address, reached: boolean, failure: Error): void {
    if (this.#over) return
    let error = failure
    try {
      const path = this.#path()
      const address = this.#service.takeAgain(this.#exchange.authentication, failed, reached)
      if (address !== null) return void this.#dispatch(address, path)
    } catch (mistake) {
      this.#giveBack()
      error = mistake as Error
    }
    this.#fail(error)
  }

  /** The time for all of it is over. */
  expire(): void {
    if (this.#over || this.#limit === null) return
    const { ms, by } = this.#limit
    if (by === 'credential') {
      this.#end()
      endWithCredential(this.#exchange, 'expired')
    } else {
      const isOwn = by === 'call'
      this.#fail(new WholeTimeout(`the answer had not ended after ${ms} ms${isOwn ? ' (`grpc-timeout`)' : ''}`), isOwn)
    }
    this.#abort?.()
  }

  endWith(code: EndedCode): void {
    if (this.#over) return
    this.#end()
    endWithCredential(this.#exchange, code)
    this.#abort?.()
  }

  /** The client is gone. */
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
    const { answer, incoming, responseBytes, attempts, upstreamStatus } = this.#exchange
    const { connect, firstByte, idle } = this.#service.config.timeouts
    const received = this.#body !== null && 'received' in this.#body ? this.#body.received : 0
    const hasBegun = upstreamStatus !== null
    // A body that is not complete has a timer of its own, and so has a client that takes nothing.
    const isTimedElsewhere = hasBegun ? answer.writableLength > 0 : !incoming.complete
    const progress = isTimedElsewhere ? Number.NaN : responseBytes + received + attempts + this.#hints + Number(hasBegun)
    const limit = (hasBegun ? idle : connect + firstByte) + GRACE
    this.#clock ??= new StallClock()
    if (this.#clock.look(progress, now) < limit) return
    this.#fail(new NoProgress(`nothing has moved for ${limit} ms`))
    this.#abort?.()
  }

  /** What was decided is what is forwarded, each time: the same object, and the same bytes as came in. */
  #path(): string {
    const { request, incoming } = this.#exchange
    const path = this.#request.rawPath + this.#request.rawQuery
    if (request !== this.#request || path !== incoming.url || request.method !== incoming.method)
      throw new Error('the request that was decided is not the one to be forwarded')
    return path
  }

  #dispatch(address: Address, path: string): void {
    const exchange = this.#exchange
    this.#address = address
    this.#abort = null
    this.#connected = false
    exchange.upstream = address.label
    exchange.attempts++
    const options: Dispatcher.DispatchOptions & { readonly servername: string } = {
      path,
      method: this.#request.method,
      headers: this.#headers,
      body: this.#body as Buffer | RequestBody | null,
      servername: address.servername,
      ...(exchange.upgrade !== null && { upgrade: 'websocket' }),
      // Unless it is said, undici ends the connection with the answer to HEAD. Whatever follows a head there ends it in any case.
      ...(this.#request.method === 'HEAD' && { reset: false }),
    }
    address.dispatch(options, this, exchange.attempts > 1)
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort
    this.#connected = true
    // The client went away while the request waited for a connection.
    if (this.#over) abort()
  }

  onUpgrade(status: number, raw: Buffer[], service: Duplex): void {
    if (this.#over) {
      this.#giveBack()
      return void service.destroy()
    }
    const { upgrade } = this.#exchange
    if (upgrade === null) throw new BadResponse('the service has changed the protocol, and nobody has asked')
    joinTunnel(this.#exchange, upgrade, status, raw, service)
    // For as long as it is open it is under way there, and has no time in which it must be over.
    this.#end()
    if (this.#address !== null) this.#service.answered(this.#address, status)
    service.on('close', () => this.#giveBack())
  }

  onResponseStarted(): void {
    this.#begun = true
  }

  /** `ending`: of an answer of HTTP/2; its transport knows. */
  onHeaders(status: number, raw: Buffer[], resume: () => void, _text?: string, ending?: Ending): boolean {
    if (status < 200) return this.#inform(status, raw)
    if (status > MAX_STATUS) throw new BadResponse(`the status ${status} is none of HTTP`)
    const { answer, proxy } = this.#exchange
    this.#resume = resume
    if (proxy.draining) answer.shouldKeepAlive = false
    if (answer.multiplexed) answer.ending = ending ?? (announcesTrailers(raw) ? 'trailers' : 'body')
    answer.writeHead(status, answerHeaders(this.#exchange, status, raw))
    this.#exchange.answered(status)
    if (this.#address !== null) this.#service.answered(this.#address, status)
    // The head goes out with the first bytes of the body if they are there, and alone if they let wait.
    writeInBatch(this)
    // Its head is all of it, whatever length it tells (RFC 9112 §6.3); undici would wait for that.
    if (status === 204 || status === 304) this.#finish()
    return true
  }

  /**
   * Hints are passed on (RFC 9110 §15.2): the service knows whose request it is, and has chosen to send them (RFC 8297 §3). Not
   * to clients of HTTP/1.0, nor before a WebSocket. Other informational answers concern the hop alone.
   */
  #inform(status: number, raw: readonly Buffer[]): boolean {
    if (status < 100 || status === 101) throw new BadResponse(`the status ${status} answers nothing that was asked`)
    if (++this.#hints > MAX_HINTS.heard) throw new BadResponse('there is no end of informational answers')
    const { answer, incoming, upgrade } = this.#exchange
    if (status !== 103 || this.#hints > MAX_HINTS.told || incoming.httpVersion === '1.0' || upgrade !== null) return true
    const hints = earlyHints(raw)
    if (hints !== null) answer.writeHints(hints)
    return true
  }

  onData(chunk: Buffer): boolean {
    const exchange = this.#exchange
    // So undici tells that it goes on.
    if (chunk.length === 0) return true
    exchange.responseBytes += chunk.length
    if (!this.#sent && this.#hold(chunk)) return true
    if (this.#sent ? exchange.answer.pass(chunk) : this.#answerHead(chunk)) return true
    this.#paused = true
    if (!this.#hearsDrain) exchange.answer.on('drain', this.#onDrain)
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

  /** `trailers`: name, value, name, value …; undici's types have them as text. */
  onComplete(trailers: readonly (Buffer | string)[] | null): void {
    this.#giveBack()
    if (this.#over) return
    if (trailers !== null && trailers.length > 0 && takesTrailers(this.#exchange))
      return void this.#finishWith(trailers as readonly Buffer[])
    if (this.#held === null) return void this.#finish()
    // It was in this turn that the head has come.
    this.#end()
    this.#whole = true
  }

  /** Trailers come after the body, not with it. */
  #finishWith(trailers: readonly Buffer[]): void {
    try {
      this.#answerHead()
      passTrailers(this.#exchange.answer, trailers)
      this.#finish()
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #answerWhole(): void {
    const { answer, ended } = this.#exchange
    if (ended || this.#held === null) return
    if (this.#more === null) answer.endWith(this.#held)
    else answer.endWith(this.#held, ...this.#more)
    this.#linger()
  }

  /** Not by `flushHeaders`, which writes bytes above 0x7f as UTF-8. */
  #answerHead(...rest: readonly Buffer[]): boolean {
    if (this.#sent || this.#over) return true
    this.#sent = true
    const isTaken = this.#exchange.answer.pass(this.#held ?? nothing, ...(this.#more ?? []), ...rest)
    this.#held = null
    this.#more = null
    return isTaken
  }

  #finish(): void {
    this.#end()
    try {
      this.#exchange.answer.end()
    } catch (error) {
      // Its head goes out only now where it has no body, and whoever has called does not know of the client.
      return void this.#fail(error as Error)
    }
    this.#linger()
  }

  #linger(): void {
    const { incoming, proxy } = this.#exchange
    if (!incoming.complete) lingerOrClose(incoming, proxy.limits.linger)
  }

  onError(error: Error): void {
    const address = this.#giveBack()
    if (this.#over || address === null) return
    const { code } = upstreamFailure(error)
    // Once it has answered, it is there.
    if (blamesAddress(error, code) && this.#exchange.upstreamStatus === null) this.#service.failed(address)
    const { attempts } = this.#exchange
    const again = attempts < this.#service.config.retries.attempts && !this.#begun && this.#isRepeatable(error)
    const reached = error instanceof NotBegun ? error.reached : this.#connected
    // Not now: undici is in the middle of what it does about the connection.
    if (again && deservesRetry(code, reached)) process.nextTick(() => this.repeat(address, reached, error))
    else this.#fail(error)
  }

  /** Nothing that has been done can be done a second time by it, and all of it is still there. */
  #isRepeatable(error: Error): boolean {
    const body = this.#body
    if (error instanceof NotBegun) return !(body instanceof StreamedBody) || body.isWhole
    return isIdempotent(this.#request.method) && (body === null || body instanceof Buffer)
  }

  /** `isOwn`: as the client has it, which says nothing of the service. */
  #fail(error: Error, isOwn = false): void {
    this.#end()
    const exchange = this.#exchange
    const { code, detail } = upstreamFailure(error)
    exchange.detail = detail
    if (code === 'overloaded') exchange.proxy.metrics.shed('descriptors')
    else if (!isOwn) exchange.proxy.metrics.upstreamError(this.#service.name, code)
    if (exchange.answer.headersSent) {
      exchange.code = code
      abortResponse(exchange)
    } else {
      refuse(exchange, code === 'overloaded' ? overloaded() : refusalOf(code))
    }
  }

  /** No address takes it. */
  #refuse(): void {
    const { code, retryAfter } = this.#service.unavailable()
    this.#exchange.proxy.metrics.upstreamError(this.#service.name, code)
    refuse(this.#exchange, refusalOf(code, { headers: [['retry-after', String(retryAfter)]] }))
  }

  #end(): void {
    this.#over = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  /** undici has done with the request, for better or worse: once for each time that it was sent. */
  #giveBack(): Address | null {
    const address = this.#address
    this.#address = null
    if (address !== null) this.#service.giveBack(address)
    return address
  }

  /** Never for another answer: the connection to the service may carry the next one by then. */
  readonly #onDrain = () => {
    if (!this.#paused) return
    this.#paused = false
    this.#resume?.()
  }
}

const nothing = Buffer.alloc(0)
