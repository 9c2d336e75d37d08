import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as the service got it. */
export interface Seen {
  readonly method: string
  readonly url: string
  /** Name, value, name, value … as on the wire, trailers last. */
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export interface Upstream {
  readonly origin: string
  /** Takes what was seen since the last time. */
  take(): readonly Seen[]
  close(): void
}

/** A service that answers 200 to everything and remembers it. */
export async function startUpstream(): Promise<Upstream> {
  let seen: Seen[] = []
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1')
      const rawHeaders = [...incoming.rawHeaders, ...incoming.rawTrailers]
      seen.push({ method: incoming.method ?? '', url: incoming.url ?? '', rawHeaders, body })
      outgoing.end('the service\n')
    })
  })
  server.on('upgrade', (incoming, socket) => {
    seen.push({ method: 'UPGRADE', url: incoming.url ?? '', rawHeaders: incoming.rawHeaders, body: '' })
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = seen
      seen = []
      return taken
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The values of that header as the service got it, in any spelling that some service reads as that name. */
export function valuesOf(seen: Seen, name: string): readonly string[] {
  const fold = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return seen.rawHeaders.filter((_, i) => i % 2 === 1 && fold(seen.rawHeaders[i - 1] ?? '') === name)
}
