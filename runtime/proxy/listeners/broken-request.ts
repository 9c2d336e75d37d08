import { randomUUID } from 'node:crypto'
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { refusals } from '../../../request/index.ts'
import { AUDIT_VERSION, type AuditRecord } from '../../telemetry/audit/index.ts'
import type { CheckSource } from '../checks/check-config.ts'
import { endConnection, peerOf } from '../connections/connection-state.ts'
import type { OutboundResponse } from '../outbound-response.ts'
import type { ProxyContext } from '../proxy-context.ts'
import { problem } from '../refusals/problem.ts'
import { malformed, overloaded, type Refusal, refusalOf } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import { contextOf } from '../request-lifecycle.ts'
import type { Http1Response } from './http1-response.ts'

/**
 * Handles an error or a timeout of Node's HTTP parser: sends a response if possible, and closes the connection.
 *
 * @param check the listener, if the request is a check of another proxy
 */
export function answerBrokenRequest(
  proxy: ProxyContext,
  error: NodeJS.ErrnoException,
  socket: Socket,
  check: CheckSource | null = null,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  // The parser reports each further piece.
  if (answered.has(socket)) return
  answered.add(socket)
  const refusal = refusalOf(brokenBy(error.code), { close: true })
  const answer = answerOf(socket)
  const context = answer && contextOf(answer)
  if (!context) {
    // Already answered, and the rest of its body is broken: a second response would be unsolicited.
    if (isInBody(socket)) return void socket.destroy()
    // The peer is then the asking proxy, and the client is not known.
    const asked = check === null ? {} : { check, source: null }
    endWith(proxy, socket, refusal, { method: null, detail: error.code ?? error.message, ...asked })
    return
  }
  // The broken bytes follow a complete exchange, whose response must not be lost.
  const whole = context.incoming.complete || (context.answer.headersSent && context.forwarding === null)
  if (whole) return void endAfter(context.answer, socket)
  context.detail = error.code ?? error.message
  // A response under way must not be mixed with another.
  if (context.answer.headersSent) {
    context.code ??= refusal.code
    return void socket.destroy()
  }
  context.forwarding?.cancel()
  refuse(context, refusal)
}

const answered = new WeakSet<Socket>()

function endAfter(answer: OutboundResponse, socket: Socket): void {
  if (!answer.headersSent) answer.shouldKeepAlive = false
  answer.once('close', () => socket.destroy())
}

/** Refuses a CONNECT request, because no policy can permit a tunnel. */
export function refuseTunnel(proxy: ProxyContext, incoming: IncomingMessage, socket: Socket): void {
  const [status, message] = refusals['method-not-allowed']
  const refusal = malformed({ status, code: 'method-not-allowed', message })
  const method = incoming.method ?? null
  if (!isAnswering(socket)) return void endWith(proxy, socket, refusal, { method })
  // Pipelined: the client would take this for the previous response.
  socket.destroy()
  record(proxy, socket, refusal, null, { method })
}

/**
 * Refuses an upgrade request that was pipelined before the previous response ended, because that response still owns the
 * connection.
 */
export function refuseAhead(proxy: ProxyContext, incoming: IncomingMessage, socket: Socket): void {
  socket.destroy()
  const detail = 'the client requests an upgrade before the response to its previous request'
  record(proxy, socket, refusalOf('request-malformed'), null, { method: incoming.method ?? null, detail })
}

/**
 * Refuses a connection beyond the maximum number. Over TLS, the connection is closed without a response, because the handshake
 * has not taken place.
 */
export function refuseConnection(proxy: ProxyContext, socket: Socket, isTls: boolean): void {
  const refusal = overloaded()
  proxy.metrics.shed('connections')
  endConnection({ socket })
  if (!isTls) return void endWith(proxy, socket, refusal, { detail: 'connections' })
  socket.destroy()
  record(proxy, socket, refusal, null, { detail: 'connections' })
}

/** Returns whether an HTTP/1.1 connection has a request whose response is not complete. */
export function isAnswering(socket: Socket): boolean {
  return answerOf(socket) !== null
}

function brokenBy(code: string | undefined): 'request-timeout' | 'headers-too-large' | 'request-malformed' {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout'
  return code === 'HPE_HEADER_OVERFLOW' ? 'headers-too-large' : 'request-malformed'
}

/** Node's current response on a connection, which has no public accessor. */
function answerOf(socket: Socket): Http1Response | null {
  return (socket as Socket & { _httpMessage?: Http1Response | null })._httpMessage ?? null
}

/** Whether Node's parser is within a request body. */
function isInBody(socket: Socket): boolean {
  const { parser } = socket as Socket & { readonly parser?: { readonly incoming: IncomingMessage | null } | null }
  return parser?.incoming?.complete === false
}

function endWith(proxy: ProxyContext, socket: Socket, refusal: Refusal, more: Partial<AuditRecord>): void {
  const requestId = randomUUID()
  const body = problem(refusal, requestId)
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    `date: ${new Date(proxy.clock()).toUTCString()}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `x-iap-error: ${refusal.code}`,
    `x-iap-request-id: ${requestId}`,
    ...refusal.headers.map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  // Does not wait for a client that keeps sending or does not read.
  setTimeout(() => socket.destroy(), proxy.limits.linger).unref()
  socket.resume()
  record(proxy, socket, refusal, refusal.status, { requestId, ...more })
}

function record(proxy: ProxyContext, socket: Socket, refusal: Refusal, status: number | null, more: Partial<AuditRecord>): void {
  proxy.metrics.requests.broken(status ?? 0, refusal.code)
  proxy.audit.write({
    version: AUDIT_VERSION,
    time: new Date(proxy.clock()).toISOString(),
    requestId: randomUUID(),
    traceId: null,
    source: peerOf(socket) ?? null,
    caller: null,
    method: null,
    host: null,
    path: null,
    rawPath: null,
    query: false,
    route: null,
    service: null,
    labels: [],
    effect: 'reject',
    status,
    code: refusal.code,
    detail: null,
    rules: [],
    reason: null,
    errors: [],
    challenge: null,
    obligations: { headers: [], limits: [] },
    shadow: [],
    revision: null,
    sequence: null,
    data: {},
    upstream: null,
    complete: status !== null,
    responseBytes: 0,
    durations: { decision: null, upstream: null, total: 0 },
    strippedHeaders: [],
    ...more,
  })
}
