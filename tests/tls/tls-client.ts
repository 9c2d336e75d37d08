import { type ConnectionOptions, connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import { RawClient, type RawResponse } from '../support/raw-client.ts'

export interface Connected {
  readonly socket: TLSSocket
  /** Common name of the certificate that was shown. */
  readonly shown: string
  readonly version: string | null
  /** By its name in the standard. */
  readonly cipher: string
  /** The first ticket that the server sends, by which the session can be taken up again. */
  readonly session: Promise<Buffer>
}

/** Shakes hands; rejects with the error of the client. The name is sent by SNI and not verified: that is for each test to say. */
export function shakeHands(port: number, options: ConnectionOptions = {}): Promise<Connected> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
    const session = new Promise<Buffer>((first) => socket.once('session', first))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
    socket.once('secureConnect', () => {
      const shown = commonName(socket.getPeerCertificate())
      resolve({ socket, shown, version: socket.getProtocol(), cipher: socket.getCipher().standardName, session })
    })
  })
}

function commonName({ subject }: PeerCertificate): string {
  const name = subject?.CN ?? ''
  return Array.isArray(name) ? name.join() : name
}

/** The certificate that a client with this name is shown. */
export async function shownTo(port: number, servername: string | undefined): Promise<string> {
  const { socket, shown } = await shakeHands(port, servername === undefined ? {} : { servername })
  socket.destroy()
  return shown
}

/**
 * The status of one request on a connection of its own, or `refused`: a client of TLS 1.3 believes that the handshake is over before the
 * server has seen its certificate, so that only the answer tells.
 */
export async function askOnce(port: number, options: ConnectionOptions, host = 'app.test'): Promise<number | 'refused'> {
  try {
    const client = new RawClient((await shakeHands(port, options)).socket)
    client.send(`GET /open/x HTTP/1.1\nHost: ${host}\n\n`)
    const { status } = await client.response()
    client.close()
    return status
  } catch {
    return 'refused'
  }
}

/** A connection, and one request on it. */
export async function ask(client: RawClient, target = '/open/x', host = 'app.test'): Promise<RawResponse> {
  client.send(`GET ${target} HTTP/1.1\nHost: ${host}\n\n`)
  return client.response()
}

export async function open(port: number, options: ConnectionOptions = {}): Promise<RawClient> {
  return new RawClient((await shakeHands(port, { servername: 'app.test', ...options })).socket)
}
