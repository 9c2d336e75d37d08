import type { CanonicalRequest } from '../../request/index.ts'
import { tlsConnectionOf } from './tls-connection.ts'

/** Over which the client has sent the request: as a trusted proxy has told, else as it came. */
export function schemeOf({ scheme }: CanonicalRequest, socket: object | undefined): 'http' | 'https' {
  return scheme ?? (socket === undefined || tlsConnectionOf(socket) === null ? 'http' : 'https')
}
