import type { Socket } from 'node:net'
import type { CanonicalRequest } from '../../request/index.ts'
import type { CertificateNames } from './certificates/certificate-names.ts'
import type { ClientCertificate } from './certificates/client-certificate.ts'

/** A client's connection after its handshake. */
export interface TlsConnection {
  /** Of the certificate shown, even if files have changed. */
  readonly names: CertificateNames
  /** Verified by `clientCa`; null without one. */
  readonly clientCertificate: ClientCertificate | null
  /** The TCP connection; null once closed. */
  readonly transport: Socket | null
}

/** A symbol property, not a map: HTTP/2 streams get it too. */
const CONNECTION = Symbol('the connection of TLS')

interface Carrying {
  [CONNECTION]?: TlsConnection
}

/** Null for plain HTTP, and before the handshake ends. */
export function tlsConnectionOf(socket: object): TlsConnection | null {
  return (socket as Carrying)[CONNECTION] ?? null
}

export function setTlsConnection(socket: object, connection: TlsConnection): void {
  ;(socket as Carrying)[CONNECTION] = connection
}

/** RFC 9110 §15.5.20: the certificate does not name the request's host, so the client has not verified this server for it. */
export function isMisdirected(socket: object, host: string): boolean {
  const connection = tlsConnectionOf(socket)
  return connection !== null && connection.names.fit(host) === null
}

/** Returns the request's scheme: as a trusted proxy says, else of the connection. */
export function schemeOf({ scheme }: CanonicalRequest, socket: object | undefined): 'http' | 'https' {
  return scheme ?? (socket === undefined || tlsConnectionOf(socket) === null ? 'http' : 'https')
}
