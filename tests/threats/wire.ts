import { connect } from 'node:net'
import { HANG } from '../support/hang.ts'

/** What came back over one connection. */
export interface Answer {
  /** Of every response, in order: `100` too. */
  readonly statuses: readonly number[]
  /** The last response's status, 0 where none came. */
  readonly status: number
  /** Did the proxy close the connection? */
  readonly closed: boolean
  /** Everything, as latin1. */
  readonly text: string
}

export interface Sending {
  /** Milliseconds between the bytes; all at once where left out. */
  readonly perByte?: number
  /** What is sent byte by byte, behind what is sent at once. */
  readonly slowly?: string
}

/** Sends the bytes (a latin1 string) as they are, and reads until the proxy closes; after {@link HANG} it is given up as still open. */
export function exchange(port: number, bytes: string, sending: Sending = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    let dripping: NodeJS.Timeout | undefined
    const finish = (closed: boolean) => {
      clearTimeout(patience)
      clearInterval(dripping)
      socket.destroy()
      const text = Buffer.concat(chunks).toString('latin1')
      const statuses = [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status))
      resolve({ statuses, status: statuses.at(-1) ?? 0, closed, text })
    }
    const patience = setTimeout(() => finish(false), HANG)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => finish(true))
    socket.on('close', () => finish(true))
    const slowly = sending.slowly ?? (sending.perByte === undefined ? '' : bytes)
    if (slowly !== bytes) socket.write(bytes, 'latin1')
    let at = 0
    if (slowly !== '')
      dripping = setInterval(() => {
        if (at < slowly.length) socket.write(slowly.charAt(at++), 'latin1')
      }, sending.perByte)
  })
}

/**
 * A request as text: the line, `Host: app.test` and `Connection: close` where the lines name neither, the lines, and a
 * body.
 */
export function request(line: string, lines: readonly string[] = [], body = ''): string {
  const given = (name: string) => lines.some((each) => each.toLowerCase().startsWith(`${name}:`))
  const head = [
    line,
    ...(given('host') ? [] : ['Host: app.test']),
    ...(given('connection') ? [] : ['Connection: close']),
    ...lines,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

export function get(target: string, ...lines: string[]): string {
  return request(`GET ${target} HTTP/1.1`, lines)
}
