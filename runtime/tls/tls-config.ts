export interface ListenerTlsConfig {
  /** Key pairs of the listener, at least one. The first is the default if no name matches. */
  readonly certificates: readonly KeyPairConfig[]
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  /** Configuration of client certificates, or `null` to request none. */
  readonly clients: ClientCertificatesConfig | null
}

/** Paths of the certificate file and the key file. */
export interface KeyPairConfig {
  readonly cert: string
  readonly key: string
  /** Keys and indices that lead to the key pair in the configuration, for error messages. */
  readonly path: readonly (string | number)[]
}

export interface ClientCertificatesConfig {
  readonly ca: string
  /** Files with revocation lists. If empty, revocation is not checked. */
  readonly crl: readonly { readonly file: string; readonly path: readonly (string | number)[] }[]
  /** Whether clients without a certificate are refused. */
  readonly required: boolean
  /** Keys and indices that lead to the certificate authorities in the configuration, for error messages. */
  readonly path: readonly (string | number)[]
}

export interface ServiceTlsConfig {
  /** File of trusted authorities, or `null` for Node's default. */
  readonly ca: { readonly file: string; readonly path: readonly (string | number)[] } | null
  /** Client certificate of the proxy and its key, or `null` without one. */
  readonly pair: KeyPairConfig | null
  /** Expected server name in lower case, or `null` for the host of each upstream. */
  readonly serverName: string | null
}
