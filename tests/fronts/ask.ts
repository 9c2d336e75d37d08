import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

export interface Answer {
  readonly status: number
  /** By lower-case name. Lines of one name are joined by a line end. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** What the service says that it received. */
export interface Seen {
  readonly method: string
  readonly url: string
  /** Flat list of names and values. */
  readonly headers: readonly string[]
  readonly body: string
}

/** Milliseconds in which an answer must be complete. */
const TIMEOUT = 20_000

/** Sends the bytes of a request with `Connection: close` on a connection of its own. Lines end with a line feed in `text`. */
export function askRaw(port: number, text: string, tls: ConnectionOptions | null = null): Promise<Answer> {
  const secured = { host: '127.0.0.1', port, rejectUnauthorized: false, ...tls }
  const socket: Socket = tls === null ? connect(port, '127.0.0.1') : connectTls(secured)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const timer = setTimeout(() => socket.destroy(new Error('no answer')), TIMEOUT)
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      // Upgraded connections stay open, and so do those of refused upgrades, which cannot say `close`.
      if (isWhole(Buffer.concat(chunks).toString('latin1'))) socket.end()
    })
    socket.once('error', reject)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve(answerOf(Buffer.concat(chunks).toString()))
    })
    socket.write(Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1'))
  })
}

/** Returns whether a response is whole; false if only the end of its connection shows that. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  const [, length] = /\r\ncontent-length: *([0-9]+)\r\n/i.exec(text.slice(0, end + 2)) ?? []
  return text.startsWith('HTTP/1.1 101') || (end > 0 && length !== undefined && text.length >= end + 4 + Number(length))
}

function answerOf(text: string): Answer {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).toLowerCase()
    const value = line.slice(at + 1).trim()
    headers.set(name, headers.has(name) ? `${headers.get(name)}\n${value}` : value)
  }
  const rest = text.slice(end + 4)
  const body = headers.get('transfer-encoding') === 'chunked' ? rest.replace(/^[0-9a-f]+\r\n|\r\n[0-9a-f]+\r\n/g, '') : rest
  return { status: Number(first.split(' ')[1]), headers, body: body.trim() }
}

/** Sends a request by HTTP/2 with prior knowledge. */
export function askHttp2(port: number, headers: Readonly<Record<string, string | readonly string[]>>): Promise<Answer> {
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  return new Promise<Answer>((resolve, reject) => {
    session.once('error', reject)
    const stream = session.request(headers as Record<string, string | string[]>, { endStream: true })
    stream.setTimeout(TIMEOUT, () => stream.close())
    let answer: Answer = { status: 0, headers: new Map(), body: '' }
    let body = ''
    stream.on('response', (lines) => {
      const pairs = Object.entries(lines).map(([name, value]) => [name, String(value)] as const)
      answer = { status: Number(lines[':status']), headers: new Map(pairs), body: '' }
    })
    stream.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    stream.once('error', reject)
    stream.once('close', () => resolve({ ...answer, body }))
  }).finally(() => session.destroy())
}

/** @throws Error if the service did not answer */
export function seenBy({ status, body, headers }: Answer): Seen {
  if (status !== 200) throw new Error(`${status} ${headers.get('x-iap-error') ?? ''} ${body.slice(0, 300)}`)
  return JSON.parse(body) as Seen
}

/** Returns all values of a header that the service received. */
export function linesOf({ headers }: Seen, name: string): readonly string[] {
  return headers.flatMap((each, at) => (at % 2 === 0 && each.toLowerCase() === name ? [headers[at + 1] as string] : []))
}
