import type { Socket } from 'node:net'
import { renderAddress } from '../../base/address.ts'
import { mayAskBy, RareWarning } from '../../proxy/checks/index.ts'
import type { ProxyContext } from '../../proxy/index.ts'
import { tlsConnectionOf } from '../../tls/index.ts'
import type { ListenerConfig } from '../config/index.ts'

/** Connections that have not shown a certificate may use this share of all: the others are for proxies that may ask. */
const STRANGERS = 1 / 4

/**
 * The connections of a listener for checks. If the address alone decides who may ask, others get no connection, and use up
 * nothing. Certificates are only known after the handshake, so that everybody gets a connection until then.
 */
export class CheckConnections {
  readonly #context: ProxyContext
  readonly #listener: string
  readonly #mayAsk: (socket: Socket) => boolean
  /** Whether a connection may ask because of its certificate. */
  readonly #byCertificate: boolean
  /** Connections that have not shown yet that they may ask. */
  readonly #strangers = new Set<Socket>()
  readonly #refused: Readonly<Record<'address' | 'connections' | 'strangers', RareWarning>>

  constructor(context: ProxyContext, { check, address }: ListenerConfig) {
    const clients = check?.clients ?? null
    this.#context = context
    this.#listener = renderAddress(address)
    this.#mayAsk = mayAskBy(clients, context.clock)
    this.#byCertificate = clients !== null && clients.certificates.length > 0
    const warning = (message: string) => new RareWarning(context, message)
    this.#refused = {
      address: warning('a proxy that `clients` does not name connected to ask for decisions'),
      connections: warning('a connection to ask for decisions was closed, as there are as many as `limits.connections`'),
      strangers: warning('a connection was closed, as too many have not shown a certificate of `clients` yet'),
    }
  }

  /** Returns whether there is a place for a connection. It has the place until it closes. */
  take(socket: Socket): boolean {
    const { counts, limits, metrics } = this.#context
    const isKnown = this.#mayAsk(socket)
    if (!isKnown && !this.#byCertificate) return this.#refuse('address', socket)
    const isFull = counts.checkConnections >= limits.connections
    if (isFull || (!isKnown && this.#strangers.size >= Math.ceil(limits.connections * STRANGERS))) {
      metrics.shed('connections')
      return this.#refuse(isFull ? 'connections' : 'strangers', socket)
    }
    counts.checkConnections++
    if (!isKnown) this.#strangers.add(socket)
    socket.once('close', () => {
      counts.checkConnections--
      this.#strangers.delete(socket)
    })
    return true
  }

  /** Tells whether the proxy at the other end of a connection, after its handshake, may ask. */
  readonly mayAsk = (socket: Socket): boolean => {
    const may = this.#mayAsk(socket)
    if (may) this.#strangers.delete(tlsConnectionOf(socket)?.transport ?? socket)
    return may
  }

  #refuse(reason: 'address' | 'connections' | 'strangers', { remoteAddress }: Socket): false {
    this.#refused[reason].report({ source: remoteAddress ?? null, listener: this.#listener })
    return false
  }
}
