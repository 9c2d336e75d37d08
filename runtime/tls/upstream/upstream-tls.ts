import { createSecureContext, type SecureContext } from 'node:tls'
import type { Authorities } from '../certificates/authorities.ts'
import type { KeyPair } from '../certificates/key-pair.ts'
import type { LiveFiles } from '../live-files.ts'
import type { ServiceTlsConfig } from '../tls-config.ts'

/** Whom the proxy believes when it connects to a service, and what it shows there, as the files say now. */
export class UpstreamTls {
  /** In place of the host of an upstream: sent by SNI, and what the certificate must be for. */
  readonly serverName: string | null
  readonly #authorities: LiveFiles<Authorities> | null
  readonly #pair: LiveFiles<KeyPair> | null
  #context!: SecureContext

  /** The files must have been read well once. */
  constructor({ serverName }: ServiceTlsConfig, authorities: LiveFiles<Authorities> | null, pair: LiveFiles<KeyPair> | null) {
    this.serverName = serverName
    this.#authorities = authorities
    this.#pair = pair
    this.renew()
  }

  /** Of a connection that is made now: another object once files were replaced. */
  get context(): SecureContext {
    return this.#context
  }

  /** Makes the context of what the files hold. */
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
