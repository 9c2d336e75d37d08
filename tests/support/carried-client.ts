/** One request at a time, the same to say over HTTP/1.1 and HTTP/2, for tests that break it off in the middle. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'

export interface Carried {
  /** Waits until it has gone out. */
  write(chunk: Buffer): Promise<void>
  end(): void
  /** Takes nothing more of the answer. */
  pause(): void
  resume(): void
  /** Breaks it off. */
  abort(): void
  /** The status of its answer, once that has begun; 0 where none does. */
  readonly status: Promise<number>
  /** Bytes of its answer so far. */
  readonly received: number
  /** What has come of the answer, where that is short. */
  readonly text: string
  /** True where it ended with its last byte. */
  readonly whole: Promise<boolean>
}

export interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Whether a body follows. */
  readonly body?: boolean
}

export interface CarriedClient {
  open(asked: Asked): Carried
  close(): void
}

/** Each request has a connection of its own. */
export function http1Client(port: number): CarriedClient {
  const sent = new Set<ClientRequest>()
  return {
    open({ method = 'GET', path, headers = {}, body = false }) {
      const one = request({ host: '127.0.0.1', port, method, path, headers: { host: 'app.test', ...headers }, agent: false })
      sent.add(one)
      one.on('close', () => sent.delete(one))
      const answered = new Promise<IncomingMessage | null>((resolve) => {
        one
          .on('response', resolve)
          .on('error', () => resolve(null))
          .on('close', () => resolve(null))
      })
      if (!body) one.end()
      return follow(
        answered.then((answer) => answer && { status: answer.statusCode ?? 0, body: answer, isWhole: () => answer.complete }),
        one,
        () => one.destroy(),
      )
    },
    close() {
      for (const one of sent) one.destroy()
    },
  }
}

/** All share a connection. */
export function http2Client(port: number): CarriedClient {
  const session: ClientHttp2Session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  // Many streams of one test listen for its end.
  session.setMaxListeners(0)
  return {
    open({ method = 'GET', path, headers = {}, body = false }) {
      const fields = { ':method': method, ':path': path, ':authority': 'app.test', ...headers }
      const one: ClientHttp2Stream = session.request(fields, { endStream: !body })
      one.on('error', () => {})
      const status = new Promise<number>((resolve) => {
        one.on('response', (found) => resolve(Number(found[':status']))).on('close', () => resolve(0))
      })
      const isWhole = () => one.rstCode === constants.NGHTTP2_NO_ERROR && !one.aborted
      return follow(
        status.then((found) => (found === 0 ? null : { status: found, body: one, isWhole })),
        one,
        // Not by `close`, which lets Node send the end of the stream before it resets it.
        () => one.destroy(new Error('broken off')),
      )
    },
    close: () => session.destroy(),
  }
}

interface Answered {
  readonly status: number
  readonly body: IncomingMessage | ClientHttp2Stream
  isWhole(): boolean
}

function follow(answered: Promise<Answered | null>, sending: ClientRequest | ClientHttp2Stream, abort: () => void): Carried {
  const chunks: Buffer[] = []
  let received = 0
  let paused = false
  const whole = answered.then((answer) => {
    if (answer === null) return false
    const { body } = answer
    body.on('error', () => {})
    body.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (received < 100_000) chunks.push(chunk)
    })
    if (paused) body.pause()
    return new Promise<boolean>((resolve) => {
      body.on('close', () => resolve(body.readableEnded && answer.isWhole()))
    })
  })
  return {
    async write(chunk) {
      if (sending.destroyed || sending.write(chunk)) return
      await new Promise<void>((resolve) => {
        const done = () => {
          sending.off('drain', done).off('close', done)
          resolve()
        }
        sending.on('drain', done).on('close', done)
      })
    },
    end: () => void sending.end(),
    pause() {
      paused = true
      void answered.then((answer) => paused && answer?.body.pause())
    },
    resume() {
      paused = false
      void answered.then((answer) => answer?.body.resume())
    },
    abort,
    status: answered.then((answer) => answer?.status ?? 0),
    get received() {
      return received
    },
    get text() {
      return Buffer.concat(chunks).toString()
    },
    whole,
  }
}
