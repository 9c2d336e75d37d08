import { createServer } from 'node:http'
import { assertionVerifier } from './assertion.js'

/** A small JSON service on 127.0.0.1:$PORT. `handle(path, request)` returns `[status, body]`. */
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
      return [401, { service, verified: false, because: error.message }]
    }
    // The service's own word about the assertion, so that a reader of the answer sees it.
    const told = { service, verified: true, caller: caller.sub ?? null, identity: caller.identity }
    try {
      const [status, body] = await handle(request.url.split('?')[0], request)
      return [status, { ...told, ...body }]
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
