import { createSecureContext, type SecureContext } from 'node:tls'
import type { Authorities } from '../certificates/authorities.ts'
import type { KeyPair } from '../certificates/key-pair.ts'
import type { LiveFiles } from '../live-files.ts'
import type { ServiceTlsConfig } from '../tls-config.ts'

/** Authorities and client certificate for connections to a service, which are reloaded when their files change. */
export class UpstreamTls {
  /** Server name for SNI and verification, which overrides the host of the upstream. */
  readonly serverName: string | null
  readonly #authorities: LiveFiles<Authorities> | null
  readonly #pair: LiveFiles<KeyPair> | null
  #context!: SecureContext

  /** Creates the TLS settings from files that were read without errors at start. */
  constructor({ serverName }: ServiceTlsConfig, authorities: LiveFiles<Authorities> | null, pair: LiveFiles<KeyPair> | null) {
    this.serverName = serverName
    this.#authorities = authorities
    this.#pair = pair
    this.renew()
  }

  /** Secure context for new connections; another object after a change. */
  get context(): SecureContext {
    return this.#context
  }

  renew(): void {
    const authorities = this.#authorities?.current
    const pair = this.#pair?.current
    this.#context = createSecureContext({
      ...(authorities && { ca: [...authorities.pem] }),
      ...(pair && { cert: pair.cert, key: pair.key }),
      minVersion: 'TLSv1.2',
    })
  }
}
