import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { canonicalHost, parseAddress } from '../../request/index.ts'
import type { Readiness } from './readiness.ts'

export interface AdminSources {
  /** The Prometheus text format. */
  metrics(): Promise<string>
  readonly contentType: string
  readiness(): Readiness
  /** What `/readyz?verbose` tells, as plain data. */
  verbose(): object | Promise<object>
}

/**
 * Health and metrics, for an address that callers cannot reach. It answers GET and HEAD alone, under its own names: a page
 * of the open web that points a name of its own at this address (DNS rebinding) gets nothing. `name` is the host of the
 * configuration.
 */
export function createAdminServer(sources: AdminSources, name: string): Server {
  return createServer({ maxHeaderSize: 16384, headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    answer(sources, name, request, response).catch(() => response.destroy())
  })
}

async function answer(sources: AdminSources, name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, type: string, body: string) => {
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
  const sendText = (status: number, body: string) => send(status, 'text/plain; charset=utf-8', `${body}\n`)

  if (!isOwnName(request, name)) return sendText(421, 'this address does not answer under that name')
  if (request.method !== 'GET' && request.method !== 'HEAD') return sendText(405, 'GET or HEAD')
  const [path, query] = (request.url ?? '').split('?', 2)
  switch (path) {
    case '/livez':
      return sendText(200, 'ok')
    case '/readyz': {
      const { ready, reasons } = sources.readiness()
      const status = ready ? 200 : 503
      if (query !== 'verbose') return sendText(status, ready ? 'ok' : reasons.join('; '))
      return send(status, 'application/json', `${JSON.stringify(await sources.verbose(), null, 2)}\n`)
    }
    case '/metrics':
      return send(200, sources.contentType, await sources.metrics())
    default:
      return sendText(404, 'there are /livez, /readyz, /readyz?verbose and /metrics')
  }
}

/** The loopback names, the name of the configuration, and the address at which the request came in. */
function isOwnName(request: IncomingMessage, name: string): boolean {
  const host = canonicalHost(request.headers.host ?? '')?.host
  if (host === undefined) return false
  if (host === 'localhost' || host === name.toLowerCase()) return true
  const address = parseAddress(host.replace(/^\[(.*)\]$/, '$1'))
  if (address === null) return false
  return address === '::1' || address.startsWith('127.') || address === parseAddress(request.socket.localAddress ?? '')
}
