import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface RawRequest {
  /** Head and body, as they came in one piece. */
  readonly text: string
  /** `GET /open/x` */
  readonly line: string
  readonly socket: Socket
  /** Of those on its connection, counted from 1. */
  readonly nth: number
  /** An answer that keeps the connection. */
  answer(body: string, status?: number): void
}

export interface RawService {
  readonly origin: string
  readonly port: number
  /** `METHOD /path` of all requests, in the order in which they came. */
  readonly requests: string[]
  /** Open now. */
  readonly sockets: ReadonlySet<Socket>
  /** The most that were open at once. */
  readonly mostSockets: number
  serve: (request: RawRequest) => void
  /** Refuses connections, and cuts those that are open. */
  down(): Promise<void>
  /** On the same port. */
  up(): Promise<void>
  close(): Promise<void>
}

/** A service over bare TCP: it answers, or does not, what a test says. Requests must come in one piece. */
export async function startRawService(
  serve: (request: RawRequest) => void,
  { host = '127.0.0.1', port = 0 } = {},
): Promise<RawService> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  let most = 0
  const listen = () =>
    new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
      const made = createServer((socket) => {
        sockets.add(socket)
        most = Math.max(most, sockets.size)
        let nth = 0
        socket.on('error', () => {})
        socket.on('close', () => sockets.delete(socket))
        socket.on('data', (chunk) => {
          const text = chunk.toString('latin1')
          const [, line] = /^([A-Z]+ \S+) HTTP\/1\.1\r\n/.exec(text) ?? []
          if (line === undefined) return
          requests.push(line)
          nth++
          const answer = (body: string, status = 200) =>
            void socket.write(
              `HTTP/1.1 ${status} Text\r\ncontent-length: ${body.length}\r\n\r\n${line.startsWith('HEAD') ? '' : body}`,
            )
          service.serve({ text, line, socket, nth, answer })
        })
      })
      made.on('error', reject)
      made.listen(port, host, () => resolve(made))
    })
  const service = {
    serve,
    requests,
    sockets,
    get mostSockets() {
      return most
    },
    get port() {
      return port
    },
    get origin() {
      return `http://${host}:${port}`
    },
    async down() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async up() {
      server = await listen()
    },
    async close() {
      if (server.listening) await service.down()
    },
  }
  let server = await listen()
  port = (server.address() as AddressInfo).port
  return service
}
