import { once } from 'node:events'
import { createServer } from 'node:http'

/** Starts a service that keeps what it receives. It believes the assertion without verifying it: docs/reference/assertion.md has more. */
export async function startService(port) {
  const seen = []
  const server = createServer((request, response) => {
    const { method, url, headers, rawHeaders } = request
    seen.push({ method, url, headers, rawHeaders, caller: callerIn(headers['x-iap-assertion']) })
    request.resume().on('end', () => response.end('the service\n'))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { seen, close }
}

function callerIn(assertion = '') {
  try {
    return JSON.parse(Buffer.from(assertion.split('.')[1], 'base64url').toString()).sub
  } catch {
    return undefined
  }
}
