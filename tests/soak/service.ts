/** The services of the soak, in a process of their own: one of HTTP/1.1 with WebSockets, one of gRPC. They do as little as they can. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { startEchoService } from '../grpc/echo-service.ts'

const small = Buffer.alloc(1024, 'x')
const piece = Buffer.alloc(64 * 1024, 'x')

/** By the second segment of the path, which is the kind of traffic. */
const answers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  upload,
  'upload-h2': upload,
  download,
  'download-h2': download,
  'cut-by-client': endless,
  'cut-by-client-h2': endless,
  'cut-by-service': half,
  'cut-by-service-h2': half,
  'closed-by-service': ({ socket }) => socket.destroy(),
  events: (_, response) => events(response, 10, 20),
  'events-long': (_, response) => events(response, 12, 500),
}

const server = createServer((request, response) => {
  const [, , kind = ''] = (request.url ?? '').split('/')
  const answer = answers[kind]
  if (answer !== undefined) return answer(request, response)
  request.resume()
  response.end(small)
})

const sockets = new WebSocketServer({ noServer: true })
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (one) => {
    one.on('message', (data, isBinary) => one.send(data, { binary: isBinary })).on('error', () => {})
  })
})

function upload(request: IncomingMessage, response: ServerResponse): void {
  let received = 0
  request.on('data', (chunk: Buffer) => {
    received += chunk.length
  })
  request.on('end', () => response.end(String(received))).on('error', () => {})
}

function download(_: IncomingMessage, response: ServerResponse): void {
  for (let i = 0; i < 3; i++) response.write(piece)
  response.end(piece)
}

/** Until somebody breaks it off. */
function endless(_: IncomingMessage, response: ServerResponse): void {
  const more = () => {
    if (!response.destroyed && response.write(piece)) setImmediate(more)
  }
  response.on('drain', more).on('error', () => {})
  more()
}

function half({ socket }: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 2 * small.length })
  response.write(small, () => socket.destroy())
}

function events(response: ServerResponse, count: number, gap: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  let sent = 0
  const timer = setInterval(() => {
    response.write(`data: ${++sent}\n\n`)
    if (sent === count) response.end()
  }, gap)
  response.on('close', () => clearInterval(timer))
}

const calls = await startEchoService()
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
process.on('disconnect', () => process.exit())
process.send?.({ web: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls: calls.origin })
