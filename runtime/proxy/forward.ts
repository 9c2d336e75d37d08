import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { CanonicalRequest } from '../../request/index.ts'
import { tlsConnectionOf } from '../tls/index.ts'
import type { Cancellable, Exchange } from './exchange.ts'
import { schemeOf } from './incoming.ts'
import { lingerOrClose } from './linger.ts'
import { overloaded, refusalOf } from './refusal.ts'
import { refuse } from './refuse.ts'
import { hasBody, RequestBody } from './request-body.ts'
import { responseHeaders } from './response-headers.ts'
import { deservesRetry, isIdempotent } from './retry.ts'
import { joinTunnel } from './tunnel/join-tunnel.ts'
import { BadResponse, upstreamFailure, WholeTimeout } from './upstream-failure.ts'
import { type Permitted, upstreamHeaders } from './upstream-headers.ts'
import type { Address, Service } from './upstreams/index.ts'

/** Informational answers to one request, each of which gives the service its time anew. */
const MAX_HINTS = 100

export interface Forwarded {
  readonly request: CanonicalRequest
  readonly service: Service
  readonly assertion: string
  readonly permitted: Permitted
  /** The body where the policy has read it, byte for byte as it came; null: it streams. */
  readonly body: Buffer | null
}

/** Sends the request that was decided to the service, and its answer back, both as they come. */
export function forward(exchange: Exchange, { request, service, assertion, permitted, body }: Forwarded): void {
  const { incoming, answer, authentication } = exchange
  const consumed = authentication?.kind === 'caller' ? 'authorization' : null
  const scheme = schemeOf(incoming)
  const { headers, stripped } = upstreamHeaders(request, {
    requestId: exchange.requestId,
    scheme,
    assertion,
    consumed,
    permitted,
  })
  exchange.strippedHeaders = stripped
  // A client of HTTP/1.0 does not know `100 Continue` (RFC 9110 §10.1.1).
  const continues = request.headers.count('expect') > 0 && incoming.httpVersion !== '1.0' ? answer : null
  const sent = body ?? (hasBody(incoming, request.headers) ? new RequestBody(incoming, continues) : null)
  new Forwarding(exchange, service, request, headers, sent).begin()
}

/**
 * The service's answer on its way to the client. These are the callbacks that undici's core calls itself; its newer ones are
 * made of them by parsing the headers into an object, which costs more than all that is done here.
 */
class Forwarding implements Dispatcher.DispatchHandler, Cancellable {
  readonly #exchange: Exchange
  readonly #service: Service
  readonly #request: CanonicalRequest
  readonly #headers: string[]
  readonly #body: Buffer | RequestBody | null
  /** Where the request is now. */
  #address: Address | null = null
  /** There is a connection, and the request goes out on it. */
  #connected = false
  /** A byte of an answer has come. */
  #begun = false
  /** Of the time for all of it. */
  #timer: NodeJS.Timeout | null = null
  #abort: ((error?: Error) => void) | null = null
  #resume: (() => void) | null = null
  #paused = false
  #hearsDrain = false
  #sent = false
  #hints = 0
  #over = false

  constructor(
    exchange: Exchange,
    service: Service,
    request: CanonicalRequest,
    headers: string[],
    body: Buffer | RequestBody | null,
  ) {
    this.#exchange = exchange
    this.#service = service
    this.#request = request
    this.#headers = headers
    this.#body = body
  }

  begin(): void {
    const exchange = this.#exchange
    const path = this.#path()
    const address = this.#service.take(exchange.authentication)
    if (address === null) return void this.#refuse()
    const { whole } = this.#service.config.timeouts
    if (whole !== null) this.#timer = setTimeout(expire, whole, this)
    exchange.carrying = this
    this.#send(address, path)
  }

  /** Once more: the same request, on a new connection, to another address if there is one. */
  repeat(failed: Address, reached: boolean, failure: Error): void {
    if (this.#over) return
    let error = failure
    try {
      const path = this.#path()
      const address = this.#service.takeAgain(this.#exchange.authentication, failed, reached)
      if (address !== null) return void this.#send(address, path)
    } catch (mistake) {
      error = mistake as Error
    }
    this.#fail(error)
  }

  /** The time for all of it is over. */
  expire(): void {
    if (this.#over) return
    this.#fail(new WholeTimeout(`the answer had not ended after ${this.#service.config.timeouts.whole} ms`))
    this.#abort?.()
  }

  /** The client is gone. */
  cancel(): void {
    if (this.#over) return
    this.#end()
    this.#paused = false
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

  #send(address: Address, path: string): void {
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
      body: this.#body,
      servername: address.servername,
      ...(exchange.upgrade !== null && { upgrade: 'websocket' }),
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

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200) return this.#passOver(status)
    const { answer, proxy } = this.#exchange
    this.#resume = resume
    if (proxy.draining) answer.shouldKeepAlive = false
    answer.writeHead(status, responseHeaders(raw, status))
    this.#exchange.answered(status)
    if (this.#address !== null) this.#service.answered(this.#address, status)
    // The head goes out with the first bytes of the body if they are there, and alone if they let wait.
    process.nextTick(flush, this)
    // Its head is all of it, whatever length it tells (RFC 9112 §6.3); undici would wait for that.
    if (status === 204 || status === 304) this.#finish()
    return true
  }

  /** Informational answers concern the hop; a hint that comes early may be missed (RFC 9110 §15.2). */
  #passOver(status: number): boolean {
    if (status < 102) throw new BadResponse(`the status ${status} answers nothing that was asked`)
    if (++this.#hints > MAX_HINTS) throw new BadResponse('there is no end of informational answers')
    return true
  }

  onData(chunk: Buffer): boolean {
    const exchange = this.#exchange
    exchange.responseBytes += chunk.length
    this.#sent = true
    if (exchange.answer.write(chunk)) return true
    this.#paused = true
    if (!this.#hearsDrain) exchange.answer.on('drain', this.#onDrain)
    this.#hearsDrain = true
    return false
  }

  onComplete(): void {
    this.#giveBack()
    if (!this.#over) this.#finish()
  }

  #finish(): void {
    this.#end()
    const { answer, incoming, proxy } = this.#exchange
    answer.end()
    if (!incoming.complete) lingerOrClose(incoming, proxy.limits.linger)
  }

  onError(error: Error): void {
    const address = this.#giveBack()
    if (this.#over || address === null) return
    const { code } = upstreamFailure(error)
    // Once it has answered, it is there.
    if (code !== 'internal' && code !== 'overloaded' && this.#exchange.upstreamStatus === null) this.#service.failed(address)
    const { attempts } = this.#exchange
    const again = attempts < this.#service.config.retries.attempts && !this.#begun && this.#isRepeatable()
    // Not now: undici is in the middle of what it does about the connection.
    if (again && deservesRetry(code, this.#connected)) process.nextTick(repeat, this, address, this.#connected, error)
    else this.#fail(error)
  }

  /** Nothing that has been done can be done a second time by it, and all of it is still there. */
  #isRepeatable(): boolean {
    return isIdempotent(this.#request.method) && !(this.#body instanceof RequestBody)
  }

  #fail(error: Error): void {
    this.#end()
    const exchange = this.#exchange
    const { code, detail } = upstreamFailure(error)
    exchange.detail = detail
    if (code === 'overloaded') exchange.proxy.metrics.shed('descriptors')
    else exchange.proxy.metrics.upstreamError(this.#service.name, code)
    if (exchange.answer.headersSent) {
      exchange.code = code
      breakOff(exchange)
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

  /** Not by `flushHeaders`, which writes bytes above 0x7f as UTF-8. */
  flushHead(): void {
    if (!this.#sent && !this.#over) this.#exchange.answer.write(nothing)
  }

  /** Never for another answer: the connection to the service may carry the next one by then. */
  readonly #onDrain = () => {
    if (!this.#paused) return
    this.#paused = false
    this.#resume?.()
  }
}

const nothing = Buffer.alloc(0)

function expire(forwarding: Forwarding): void {
  forwarding.expire()
}

function repeat(forwarding: Forwarding, failed: Address, reached: boolean, error: Error): void {
  forwarding.repeat(failed, reached, error)
}

function flush(forwarding: Forwarding): void {
  forwarding.flushHead()
}

/** An answer that ends too soon must not look whole: HTTP/1.0 has only the connection's end to tell by, so that is a reset. */
function breakOff({ answer, incoming }: Exchange): void {
  const tls = tlsConnectionOf(incoming.socket)
  // It is TCP that is reset, and Node refuses to do it from above.
  const transport = tls === null ? incoming.socket : tls.transport
  if (incoming.httpVersion === '1.0' && transport?.resetAndDestroy) transport.resetAndDestroy()
  else answer.destroy()
}
