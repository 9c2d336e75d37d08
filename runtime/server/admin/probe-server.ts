import { createServer, type Server } from 'node:http'
import type { Readiness } from './readiness.ts'

const TIMES = { headersTimeout: 10_000, requestTimeout: 10_000 }

/**
 * Creates a server for `/livez` and `/readyz` only, for orchestrators that must not access metrics and API. It responds for all
 * host names, because probes use IP addresses.
 */
export function createProbeServer(readiness: () => Readiness | Promise<Readiness>): Server {
  return createServer({ maxHeaderSize: 16384, ...TIMES }, (request, response) => {
    const send = (status: number, text: string) => {
      const body = `${text}\n`
      const type = { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body) }
      response.writeHead(status, { ...type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'GET or HEAD')
    switch (request.url?.split('?', 1)[0]) {
      case '/livez':
        return send(200, 'ok')
      case '/readyz':
        return void Promise.resolve(readiness()).then(
          ({ ready, reasons }) => send(ready ? 200 : 503, ready ? 'ok' : reasons.join('; ')),
          () => response.destroy(),
        )
    }
    send(404, 'known paths: /livez and /readyz')
  })
}
