import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { canonicalHost, parseAddress } from '../../../request/index.ts'
import type { ListenerTls } from '../../tls/index.ts'
import { dashboardFile, dashboardHeaders } from '../dashboard/index.ts'
import { type AdminApi, type AdminProblem, problemBody } from './index.ts'
import type { Readiness } from './readiness.ts'

export interface AdminSources {
  /** Returns the metrics in the Prometheus text format. */
  metrics(): Promise<string>
  readonly contentType: string
  readiness(): Readiness | Promise<Readiness>
  /** Returns the content of the response of `/readyz?verbose`. */
  verbose(): object | Promise<object>
}

export interface AdminOptions {
  /** Lower-case host names for which the server responds. */
  readonly hosts: readonly string[]
  readonly api: AdminApi
  readonly tls: ListenerTls | null
}

const TIMES = { headersTimeout: 10_000, requestTimeout: 10_000 }

/**
 * Creates the server for health, metrics, the API and the dashboard. To protect it from foreign web pages, it responds only for
 * its own host names (against DNS rebinding), and without CORS headers.
 */
export function createAdminServer(sources: AdminSources, options: AdminOptions): Server {
  const hear: RequestListener = (request, response) => {
    answer(sources, options, request, response).catch(() => response.destroy())
  }
  const { tls } = options
  if (tls === null) return createServer({ maxHeaderSize: 16384, ...TIMES }, hear)
  const server = createTlsServer({ ...tls.options(TIMES.headersTimeout), maxHeaderSize: 16384, ...TIMES }, hear)
  tls.attach(server)
  return server
}

async function answer(
  sources: AdminSources,
  // Read for each request, as they may change.
  { hosts, api }: AdminOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, type: string, body: string, more: Readonly<Record<string, string>> = {}) => {
    response.writeHead(status, {
      ...(status !== 204 && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...more,
    })
    response.end(request.method === 'HEAD' || status === 204 ? undefined : body)
  }
  const sendText = (status: number, body: string, more?: Readonly<Record<string, string>>) =>
    send(status, 'text/plain; charset=utf-8', `${body}\n`, more)

  if (!isOwnName(request, hosts)) return sendText(421, 'this server does not answer for that host name')
  const [path = '', query] = (request.url ?? '').split('?', 2)
  if (path.startsWith('/v1/')) {
    const answered = await api.answer(request, path)
    if ('detail' in answered) return sendProblem(answered, send)
    const text = answered.text ?? `${JSON.stringify(answered.body)}\n`
    return send(answered.status, 'application/json', text, answered.headers)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return sendText(405, 'GET or HEAD', { allow: 'GET, HEAD' })
  switch (path) {
    case '/livez':
      return sendText(200, 'ok')
    case '/readyz': {
      const { ready, reasons } = await sources.readiness()
      const status = ready ? 200 : 503
      if (query !== 'verbose') return sendText(status, ready ? 'ok' : reasons.join('; '))
      return send(status, 'application/json', `${JSON.stringify(await sources.verbose(), null, 2)}\n`)
    }
    case '/metrics':
      return send(200, sources.contentType, await sources.metrics())
  }
  const file = dashboardFile(path)
  if (file !== null) return send(200, file.type, file.text, dashboardHeaders)
  return sendText(404, 'known paths: /livez, /readyz, /readyz?verbose, /metrics and, if enabled, /dashboard and /v1/openapi.json')
}

function sendProblem(
  problem: AdminProblem,
  send: (status: number, type: string, body: string, more?: Readonly<Record<string, string>>) => void,
): void {
  send(problem.status, 'application/problem+json', `${JSON.stringify(problemBody(problem))}\n`, problem.headers)
}

/** The loopback names, the configured ones, and the address that received the request. */
function isOwnName(request: IncomingMessage, hosts: readonly string[]): boolean {
  const host = canonicalHost(request.headers.host ?? '')?.host
  if (host === undefined) return false
  if (host === 'localhost' || hosts.includes(host)) return true
  const address = parseAddress(host.replace(/^\[(.*)\]$/, '$1'))
  if (address === null) return false
  return address === '::1' || address.startsWith('127.') || address === parseAddress(request.socket.localAddress ?? '')
}
