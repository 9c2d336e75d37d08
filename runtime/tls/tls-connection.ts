import type { Socket } from 'node:net'
import type { CanonicalRequest } from '../../request/index.ts'
import type { CertificateNames } from './certificates/certificate-names.ts'
import type { ClientCertificate } from './certificates/client-certificate.ts'

/** What is known of a client's connection once its handshake is over. */
export interface TlsConnection {
  /** Of the certificate that the client was shown, whatever the files hold by now. */
  readonly names: CertificateNames
  /** The client's, which one of `clientCa` vouches for; null where it showed none. */
  readonly clientCertificate: ClientCertificate | null
  /** The connection of TCP below; null where it is gone already. */
  readonly transport: Socket | null
}

/** Not in a map beside it: what requests of HTTP/2 have for a socket is told of the handshake, too. */
const CONNECTION = Symbol('the connection of TLS')

interface Carrying {
  [CONNECTION]?: TlsConnection
}

/** Null for plain HTTP, and before the handshake is over. */
export function tlsConnectionOf(socket: object): TlsConnection | null {
  return (socket as Carrying)[CONNECTION] ?? null
}

export function setTlsConnection(socket: object, connection: TlsConnection): void {
  ;(socket as Carrying)[CONNECTION] = connection
}

/**
 * RFC 9110 §15.5.20: the connection was made with a certificate that is not for the host of the request, so nobody has found out
 * whether the client means us. Nothing that a connection has shown for one name counts for another.
 */
export function isMisdirected(socket: object, host: string): boolean {
  const connection = tlsConnectionOf(socket)
  return connection !== null && connection.names.fit(host) === null
}

/** Over which the client has sent the request: as a trusted proxy has told, else as it came. */
export function schemeOf({ scheme }: CanonicalRequest, socket: object | undefined): 'http' | 'https' {
  return scheme ?? (socket === undefined || tlsConnectionOf(socket) === null ? 'http' : 'https')
}
