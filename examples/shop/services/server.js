import { createServer } from 'node:http'
import { assertionVerifier } from './assertion.js'

/** A small JSON service on 127.0.0.1:$PORT. `handle(request, caller)` returns `[status, body]`. */
export function serve(service, handle) {
  const verify = assertionVerifier(service, process.env.IAP_JWKS ?? 'http://127.0.0.1:8080/.well-known/iap/jwks.json')
  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(body)}\n`)
  })

  async function answer(request) {
    let caller
    try {
      caller = await verify(request)
    } catch (error) {
      // Somebody has come past the proxy.
      return [401, { service, verified: false, because: error.message }]
    }
    try {
      return await handle(request, caller)
    } catch (error) {
      console.error(error)
      return [500, { service, error: 'internal' }]
    }
  }

  server.listen(Number(process.env.PORT), '127.0.0.1', () => {
    console.log(`${service} listens on http://127.0.0.1:${server.address().port}`)
  })
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      server.closeAllConnections()
      server.close()
    })
  }
}
