import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'

/** A check, or a request that reached the service. */
export interface Received {
  readonly method: string
  readonly url: string
  /** Each line of a header, by lower-case name. */
  readonly lines: NodeJS.Dict<string[]>
  readonly body: string
}

export interface FakeServer {
  /** `127.0.0.1:PORT`. */
  readonly address: string
  readonly received: Received[]
  /** Connections that it has accepted. */
  readonly connections: () => number
  close(): Promise<void>
}

/** Starts a server in the place of the proxy or of the service. */
export async function startFake(answer: (received: Received, response: ServerResponse) => void, port = 0): Promise<FakeServer> {
  const received: Received[] = []
  const server = createServer((request: IncomingMessage, response) => {
    let body = ''
    request.setEncoding('latin1').on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const { method = '', url = '', headersDistinct: lines } = request
      received.push({ method, url, lines, body })
      answer({ method, url, lines, body }, response)
    })
  })
  return { received, ...(await listen(server, port)) }
}

/** Starts a server that answers the first bytes of each connection with these, and closes it. */
export async function startGarbage(answer: () => string): Promise<FakeServer> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(answer().replace(/\r?\n/g, '\r\n')))
  })
  return { received: [], ...(await listen(server, 0)) }
}

async function listen(server: Server, port: number): Promise<Omit<FakeServer, 'received'>> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}

/** Headers that each permit has. */
export const PERMIT = { 'x-iap-request-id': 'r1', 'x-iap-assertion': 'a.b.c', 'content-length': '0' } as const
