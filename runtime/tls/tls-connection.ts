import type { Socket } from 'node:net'
import type { CanonicalRequest } from '../../request/index.ts'
import type { CertificateNames } from './certificates/certificate-names.ts'
import type { ClientCertificate } from './certificates/client-certificate.ts'

/** A client's connection after its TLS handshake. */
export interface TlsConnection {
  /** Names in the certificate that was presented, even if files have changed since. */
  readonly names: CertificateNames
  /** Client certificate that `clientCa` has verified, or `null` without one. */
  readonly clientCertificate: ClientCertificate | null
  /** TCP connection, or `null` once it is closed. */
  readonly transport: Socket | null
}

/**
 * Property of a socket that holds its TLS connection. It is a symbol and not a map entry because HTTP/2 streams get it, too.
 */
const CONNECTION = Symbol('the connection of TLS')

interface Carrying {
  [CONNECTION]?: TlsConnection
}

/** Returns the TLS connection of a socket, or `null` for plain HTTP and during the handshake. */
export function tlsConnectionOf(socket: object): TlsConnection | null {
  return (socket as Carrying)[CONNECTION] ?? null
}

export function setTlsConnection(socket: object, connection: TlsConnection): void {
  ;(socket as Carrying)[CONNECTION] = connection
}

/**
 * Returns whether a request must be answered with 421 (RFC 9110, section 15.5.20): the certificate does not name the request's
 * host, so the client has not verified this server for it.
 */
export function isMisdirected(socket: object, host: string): boolean {
  const connection = tlsConnectionOf(socket)
  return connection !== null && connection.names.fit(host) === null
}

/** Returns the scheme of a request: as forwarded by a trusted proxy, or else that of the connection. */
export function schemeOf({ scheme }: CanonicalRequest, socket: object | undefined): 'http' | 'https' {
  return scheme ?? (socket === undefined || tlsConnectionOf(socket) === null ? 'http' : 'https')
}
