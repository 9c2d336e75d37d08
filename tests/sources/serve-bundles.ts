import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certified } from '../support/x509.ts'

export interface BundleServer {
  readonly origin: string
  /** All that were asked for, in order. */
  readonly seen: readonly IncomingMessage[]
  /** How it answers from now on. */
  answer: RequestListener
  close(): Promise<void>
}

/** A server of HTTP on 127.0.0.1, which answers as a test says; with a certificate, of HTTPS on `localhost`. */
export async function serveBundles(answer: RequestListener, certified?: Certified): Promise<BundleServer> {
  const seen: IncomingMessage[] = []
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    seen.push(request)
    served.answer(request, response)
  }
  const server = certified ? createTlsServer(certified, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const served: BundleServer = {
    origin: certified ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    seen,
    answer,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return served
}

/** As a server of static files: the bytes, or 304 where they are those of the `If-None-Match`. */
export function staticFile(bytes: Uint8Array): RequestListener {
  const etag = etagOf(bytes)
  return (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
    else response.writeHead(200, { etag, 'content-type': 'application/octet-stream' }).end(bytes)
  }
}

/** One that knows `Prefer: wait`: it answers whoever has what it has once it has something else, or when that time is over. */
export class Waiting {
  #bytes: Uint8Array
  readonly #waiting = new Map<ServerResponse, NodeJS.Timeout>()
  readonly #waits: number

  /** @param waits milliseconds, whatever it is told */
  constructor(bytes: Uint8Array, waits: number) {
    this.#bytes = bytes
    this.#waits = waits
  }

  get waiting(): number {
    return this.#waiting.size
  }

  readonly answer: RequestListener = (request, response) => {
    const hasIt = request.headers['if-none-match'] === etagOf(this.#bytes)
    if (!hasIt || request.headers.prefer === undefined) return staticFile(this.#bytes)(request, response)
    const end = () => {
      this.#waiting.delete(response)
      staticFile(this.#bytes)(request, response)
    }
    this.#waiting.set(response, setTimeout(end, this.#waits))
    response.on('close', () => {
      clearTimeout(this.#waiting.get(response))
      this.#waiting.delete(response)
    })
  }

  /** `silently`: those that wait are not told. */
  replace(bytes: Uint8Array, silently = false): void {
    this.#bytes = bytes
    if (silently) return
    for (const [response, timer] of this.#waiting) {
      clearTimeout(timer)
      staticFile(bytes)(response.req, response)
    }
    this.#waiting.clear()
  }
}

export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`
}
