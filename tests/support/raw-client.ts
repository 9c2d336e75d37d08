import { connect, type Socket } from 'node:net'

/** A connection on which a test writes bytes and reads responses, one after the other. */
export class RawClient {
  readonly socket: Socket
  #text = ''
  #closed = false
  #wake: () => void = () => {}

  /** On a socket that is there already, or on a new one to this port. */
  constructor(to: number | Socket) {
    this.socket = typeof to === 'number' ? connect({ host: '127.0.0.1', port: to, noDelay: true }) : to
    this.socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1')
      this.#wake()
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  /** `\\n` is a line's end. */
  send(text: string): void {
    this.socket.write(text.replace(/\r?\n/g, '\r\n'), 'latin1')
  }

  /** The next whole response; with a `Content-Length`, chunked, or without a body (`bodyless`: it has none whatever it says). */
  async response(bodyless = false): Promise<RawResponse> {
    const end = await this.#until(() => this.#text.indexOf('\r\n\r\n'))
    const [line = '', ...lines] = this.#text.slice(0, end).split('\r\n')
    this.#text = this.#text.slice(end + 4)
    const headers = lines.map((each) => {
      const colon = each.indexOf(':')
      return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()] as const
    })
    const status = Number(line.split(' ')[1])
    const of = (name: string) => headers.find(([each]) => each === name)?.[1]
    const none = bodyless || status < 200 || status === 204 || status === 304
    const body = none
      ? ''
      : of('transfer-encoding') === 'chunked'
        ? await this.#chunks()
        : await this.#take(Number(of('content-length') ?? 0))
    return { status, headers, get: of, body }
  }

  /** Everything until the connection ends. */
  async rest(): Promise<string> {
    await this.#until(() => (this.#closed ? 0 : -1))
    return this.#text
  }

  get closed(): boolean {
    return this.#closed
  }

  close(): void {
    this.socket.destroy()
  }

  async #chunks(): Promise<string> {
    let body = ''
    for (;;) {
      const end = await this.#until(() => this.#text.indexOf('\r\n'))
      const size = Number.parseInt(this.#text.slice(0, end), 16)
      this.#text = this.#text.slice(end + 2)
      const chunk = await this.#take(size + 2)
      if (size === 0) return body
      body += chunk.slice(0, -2)
    }
  }

  async #take(length: number): Promise<string> {
    await this.#until(() => (this.#text.length >= length ? 0 : -1))
    const taken = this.#text.slice(0, length)
    this.#text = this.#text.slice(length)
    return taken
  }

  async #until(look: () => number): Promise<number> {
    for (;;) {
      const found = look()
      if (found !== -1) return found
      if (this.#closed) throw new Error(`the connection ended: ${JSON.stringify(this.#text.slice(0, 500))}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

export interface RawResponse {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  get(name: string): string | undefined
  readonly body: string
}
