import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { CanonicalRequest } from '../../request/index.ts'
import { tlsConnectionOf } from '../tls/index.ts'
import type { Cancellable, Exchange } from './exchange.ts'
import { schemeOf } from './incoming.ts'
import { lingerOrClose } from './linger.ts'
import { refusalOf } from './refusal.ts'
import { refuse } from './refuse.ts'
import { hasBody, RequestBody } from './request-body.ts'
import { responseHeaders } from './response-headers.ts'
import { joinTunnel } from './tunnel/join-tunnel.ts'
import { BadResponse, upstreamFailure } from './upstream-failure.ts'
import { type Permitted, upstreamHeaders } from './upstream-headers.ts'
import type { Upstream } from './upstreams.ts'

/** Informational answers to one request, each of which gives the service its time anew. */
const MAX_HINTS = 100

export interface Forwarded {
  readonly request: CanonicalRequest
  readonly upstream: Upstream
  readonly assertion: string
  readonly permitted: Permitted
  /** The body where the policy has read it, byte for byte as it came; null: it streams. */
  readonly body: Buffer | null
}

/** Sends the request that was decided to the service, and its answer back, both as they come. */
export function forward(exchange: Exchange, { request, upstream, assertion, permitted, body }: Forwarded): void {
  const { incoming, answer, authentication } = exchange
  const path = request.rawPath + request.rawQuery
  // What was decided is what is forwarded: the same object, and the same bytes as came in.
  if (exchange.request !== request || path !== incoming.url || request.method !== incoming.method)
    throw new Error('the request that was decided is not the one to be forwarded')

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
  exchange.upstream = upstream.origin
  // A client of HTTP/1.0 does not know `100 Continue` (RFC 9110 §10.1.1).
  const continues = request.headers.count('expect') > 0 && incoming.httpVersion !== '1.0' ? answer : null
  const forwarding = new Forwarding(exchange)
  exchange.carrying = forwarding
  const options: Dispatcher.DispatchOptions & { readonly servername: string } = {
    path,
    method: request.method,
    headers,
    body: body ?? (hasBody(incoming, request.headers) ? new RequestBody(incoming, continues) : null),
    servername: upstream.servername,
    ...(exchange.upgrade !== null && { upgrade: 'websocket' }),
  }
  upstream.pool.dispatch(options, forwarding)
}

/**
 * The service's answer on its way to the client. These are the callbacks that undici's core calls itself; its newer ones are
 * made of them by parsing the headers into an object, which costs more than all that is done here.
 */
class Forwarding implements Dispatcher.DispatchHandler, Cancellable {
  readonly #exchange: Exchange
  #abort: ((error?: Error) => void) | null = null
  #resume: (() => void) | null = null
  #paused = false
  #hearsDrain = false
  #sent = false
  #hints = 0
  #over = false

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** The client is gone. */
  cancel(): void {
    if (this.#over) return
    this.#over = true
    this.#paused = false
    this.#abort?.()
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort
    // The client went away while the request waited for a connection.
    if (this.#over) abort()
  }

  onUpgrade(status: number, raw: Buffer[], service: Duplex): void {
    if (this.#over) return void service.destroy()
    const { upgrade } = this.#exchange
    if (upgrade === null) throw new BadResponse('the service has changed the protocol, and nobody has asked')
    joinTunnel(this.#exchange, upgrade, status, raw, service)
    this.#over = true
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200) return this.#passOver(status)
    const { answer, proxy } = this.#exchange
    this.#resume = resume
    if (proxy.draining) answer.shouldKeepAlive = false
    answer.writeHead(status, responseHeaders(raw, status))
    this.#exchange.answered(status)
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
    if (!this.#over) this.#finish()
  }

  #finish(): void {
    this.#over = true
    const { answer, incoming, proxy } = this.#exchange
    answer.end()
    if (!incoming.complete) lingerOrClose(incoming, proxy.limits.linger)
  }

  onError(error: Error): void {
    if (this.#over) return
    this.#over = true
    const exchange = this.#exchange
    const { code, detail } = upstreamFailure(error)
    exchange.detail = detail
    exchange.proxy.metrics.upstreamError(exchange.route?.service ?? '', code)
    if (exchange.answer.headersSent) {
      exchange.code = code
      breakOff(exchange)
    } else {
      refuse(exchange, refusalOf(code))
    }
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
