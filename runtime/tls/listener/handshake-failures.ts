import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Log } from '../../base/log.ts'

/** Kind of a failed handshake. There are few kinds, as they are labels of a metric. */
export type HandshakeFailure =
  | 'not-tls'
  | 'version'
  | 'cipher'
  | 'protocol'
  | 'client-certificate'
  | 'refused-by-client'
  | 'timeout'
  | 'closed'
  | 'other'

/** Milliseconds between two log lines about one listener. */
const QUIET = 60_000

/** Reports failed handshakes: counts each, but logs at most one a minute, because anybody can cause them. */
export class HandshakeFailures {
  readonly #log: Log
  readonly #listener: string
  readonly #count: (reason: HandshakeFailure) => void
  readonly #clock: () => number
  #said = Number.NEGATIVE_INFINITY
  #unsaid = 0

  constructor(log: Log, listener: string, count: (reason: HandshakeFailure) => void, clock: () => number) {
    this.#log = log
    this.#listener = listener
    this.#count = count
    this.#clock = clock
  }

  tell(reason: HandshakeFailure, code: string, socket: Socket): void {
    this.#count(reason)
    this.#unsaid++
    const now = this.#clock()
    if (now - this.#said < QUIET) return
    this.#log.info('a TLS handshake failed', {
      listener: this.#listener,
      reason,
      code,
      source: socket.remoteAddress ?? null,
      failures: this.#unsaid,
    })
    this.#said = now
    this.#unsaid = 0
  }
}

/** Returns the kind of a failed handshake for the error that ended it. */
export function handshakeFailure({ code = '' }: NodeJS.ErrnoException, socket: TLSSocket): HandshakeFailure {
  // Node closes connections with invalid certificates without an error.
  if (socket.authorizationError) return 'client-certificate'
  return failures[code] ?? (/_ALERT_/.test(code) ? 'refused-by-client' : 'other')
}

const failures: Readonly<Record<string, HandshakeFailure>> = {
  ERR_SSL_HTTP_REQUEST: 'not-tls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'version',
  ERR_SSL_NO_SHARED_CIPHER: 'cipher',
  ERR_SSL_NO_SUITABLE_KEY_SHARE: 'cipher',
  ERR_SSL_NO_SUITABLE_GROUPS: 'cipher',
  ERR_SSL_NO_APPLICATION_PROTOCOL: 'protocol',
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'client-certificate',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'timeout',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
}
