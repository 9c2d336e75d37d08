export interface ListenerTlsConfig {
  /** Never empty; the first is the default without a matching name. */
  readonly certificates: readonly KeyPairConfig[]
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  /** Null: clients are not asked for certificates. */
  readonly clients: ClientCertificatesConfig | null
}

/** File names. */
export interface KeyPairConfig {
  readonly cert: string
  readonly key: string
  /** Path of the object in the configuration. */
  readonly path: readonly (string | number)[]
}

export interface ClientCertificatesConfig {
  readonly ca: string
  /** Files with revocation lists; empty: no check. */
  readonly crl: readonly { readonly file: string; readonly path: readonly (string | number)[] }[]
  /** Whether clients without a certificate are refused. */
  readonly required: boolean
  /** Path of the file's key in the configuration. */
  readonly path: readonly (string | number)[]
}

export interface ServiceTlsConfig {
  /** Trusted authorities; null: Node's. */
  readonly ca: { readonly file: string; readonly path: readonly (string | number)[] } | null
  /** The client certificate, if any. */
  readonly pair: KeyPairConfig | null
  /** Lower case; null: the host of each upstream. */
  readonly serverName: string | null
}
