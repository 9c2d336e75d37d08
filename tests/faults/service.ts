/** A service in a process of its own, which can be killed and stopped. It says when it is at a request: by then the request has arrived, and what is sent of the answer is sent. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  createServer as createHttp2Server,
  createSecureServer as createSecureHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { Server } from 'node:net'

export interface ServiceStart {
  readonly protocol: 'http1' | 'http2'
  /** 0: any that is free. */
  readonly port: number
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Whatever it is asked for, it answers. */
  readonly isWell: boolean
  /** Connections that may wait to be taken. */
  readonly backlog: number
}

type Answer = ServerResponse | (Http2ServerResponse & { write(chunk: Buffer, done?: () => void): boolean })

const { protocol, port, tls, backlog, isWell } = JSON.parse(process.argv[2] ?? '') as ServiceStart
const part = Buffer.alloc(1000, 'x')

/** By the second segment of the path. */
function serve({ url = '' }: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void {
  const answer = response as Answer
  const tell = () => process.send?.({ at: url })
  switch (isWell ? 'answer' : url.split('/')[2]) {
    case 'silent':
      tell()
      return
    case 'length':
      answer.writeHead(200, { 'content-length': 100 * part.length })
      return void answer.write(part, tell)
    case 'chunked':
      return void answer.write(part, tell)
    default:
      tell()
      answer.end('fine')
  }
}

const server: Server =
  protocol === 'http2'
    ? tls === null
      ? createHttp2Server(serve)
      : createSecureHttp2Server(tls, serve)
    : tls === null
      ? createServer(serve)
      : createHttpsServer(tls, serve)
server.listen({ port, host: '127.0.0.1', backlog }, () => process.send?.({ port: (server.address() as { port: number }).port }))
process.on('disconnect', () => process.exit())
