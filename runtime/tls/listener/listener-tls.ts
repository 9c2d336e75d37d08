import type { Socket } from 'node:net'
import type { Server, TLSSocket, TlsOptions } from 'node:tls'
import { type ClientCertificate, clientCertificateOf } from '../certificates/client-certificate.ts'
import type { ListenerTlsConfig } from '../tls-config.ts'
import { setTlsConnection } from '../tls-connection.ts'
import type { Certificates } from './certificates.ts'
import { type HandshakeFailures, handshakeFailure } from './handshake-failures.ts'

/** The TLS options and event handlers of one listener. */
export class ListenerTls {
  readonly #config: ListenerTlsConfig
  readonly #certificates: Certificates
  readonly #failures: HandshakeFailures
  /** Connections in handshake by both endpoints: Node replaces the socket afterwards. */
  readonly #beginning = new Map<string, Socket>()

  constructor(config: ListenerTlsConfig, certificates: Certificates, failures: HandshakeFailures) {
    this.#config = config
    this.#certificates = certificates
    this.#failures = failures
  }

  /**
   * Returns options for `https.createServer` or `http2.createSecureServer`, which add their own ALPN. `handshakeTimeout` is in
   * milliseconds.
   */
  options(handshakeTimeout: number): TlsOptions {
    const { clients } = this.#config
    return {
      ...this.#certificates.defaults,
      SNICallback: (name, done) => done(null, this.#certificates.choose(name).context),
      requestCert: clients !== null,
      rejectUnauthorized: clients?.required ?? false,
      handshakeTimeout,
    }
  }

  /**
   * Adds event handlers to a server that was created with the options of this listener. Must be called once, before the server
   * listens.
   */
  attach(server: Server): void {
    this.#certificates.onChange = () => server.setSecureContext(this.#certificates.defaults)
    server.on('connection', (socket) => {
      const ends = endsOf(socket)
      this.#beginning.set(ends, socket)
      socket.on('close', () => {
        // A later connection may have the same endpoints.
        if (this.#beginning.get(ends) === socket) this.#beginning.delete(ends)
      })
    })
    // Before the readers of requests.
    server.prependListener('secureConnection', (socket) => this.#open(socket))
    server.on('tlsClientError', (error, socket) =>
      this.#failures.tell(handshakeFailure(error, socket), codeOf(error, socket), socket),
    )
  }

  /** Aborts all handshakes in progress. */
  close(): void {
    this.#certificates.close()
    for (const socket of this.#beginning.values()) socket.destroy()
  }

  #open(socket: TLSSocket): void {
    const ends = endsOf(socket)
    const transport = this.#beginning.get(ends) ?? null
    this.#beginning.delete(ends)
    const clientCertificate = this.#config.clients === null ? null : this.#shownBy(socket)
    // Node accepts invalid certificates if they are optional.
    if (clientCertificate !== null && !socket.authorized) {
      this.#failures.tell('client-certificate', codeOf(null, socket), socket)
      return void socket.destroy()
    }
    setTlsConnection(socket, { names: this.#certificates.choose(socket.servername).names, clientCertificate, transport })
  }

  #shownBy(socket: TLSSocket): ClientCertificate | null {
    const certificates = this.#certificates
    return clientCertificateOf(socket, { authorities: certificates.authorities, revocations: () => certificates.revocations })
  }
}

function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`
}

function codeOf(error: NodeJS.ErrnoException | null, socket: TLSSocket): string {
  return String(socket.authorizationError || error?.code || 'unknown')
}
