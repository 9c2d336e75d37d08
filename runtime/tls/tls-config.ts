export interface ListenerTlsConfig {
  /** Never empty; the first one is for clients that name no host, or one that none of them is for. */
  readonly certificates: readonly KeyPairConfig[]
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  /** Null: clients are not asked for certificates. */
  readonly clients: ClientCertificatesConfig | null
}

/** Two files. */
export interface KeyPairConfig {
  readonly cert: string
  readonly key: string
  /** Of the object with `cert` and `key`, in the configuration. */
  readonly path: readonly (string | number)[]
}

export interface ClientCertificatesConfig {
  /** A file. */
  readonly ca: string
  /** Files with lists of those that were revoked; empty: nobody is asked. */
  readonly crl: readonly { readonly file: string; readonly path: readonly (string | number)[] }[]
  /** Whether a client that shows none is turned away. */
  readonly required: boolean
  /** Of the file's name, in the configuration. */
  readonly path: readonly (string | number)[]
}

export interface ServiceTlsConfig {
  /** The authorities that count; null: those that Node trusts. */
  readonly ca: { readonly file: string; readonly path: readonly (string | number)[] } | null
  /** What the proxy shows; null: nothing. */
  readonly pair: KeyPairConfig | null
  /** Lower case; null: the host of each upstream. */
  readonly serverName: string | null
}
