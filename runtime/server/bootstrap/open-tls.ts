import { renderAddress } from '../../base/address.ts'
import {
  type Anchors,
  type ListenerTls,
  type LiveFiles,
  openAnchors,
  openListenerTls,
  openUpstreamTls,
  TlsFiles,
  type TlsFilesOptions,
  type UpstreamTls,
} from '../../tls/index.ts'
import type { ServiceTlsConfig } from '../../tls/tls-config.ts'
import type { Config } from '../config/index.ts'

export interface Tls {
  /** The files of all TLS settings, with their problems and the expiry of certificates. */
  readonly files: TlsFiles
  /** TLS settings of listeners in the order of the configuration; `null` for plain HTTP, or if there are problems. */
  readonly listeners: readonly (ListenerTls | null)[]
  /** TLS settings for connections to services, by name of the service. The object has no prototype. */
  readonly services: Readonly<Record<string, UpstreamTls>>
  /**
   * TLS settings by identity for connections to its authorization server that use a client certificate. The object has no
   * prototype.
   */
  readonly clients: Readonly<Record<string, UpstreamTls>>
  /** TLS settings by identity for connections to its issuer that use no client certificate. */
  readonly issuers: Readonly<Record<string, UpstreamTls>>
  /**
   * Returns the certificate authorities that verify the client certificates of an identity's callers; `null` if none are
   * configured.
   */
  anchors(identity: string): Anchors | null
  /** Stops watching the files, and aborts handshakes. */
  close(): Promise<void>
}

/** Reads all TLS files of the configuration, and begins to watch them for changes. `files.problems` contains all problems. */
export async function openTls(config: Config, options: Omit<TlsFilesOptions, 'source'>): Promise<Tls> {
  const files = new TlsFiles({ source: config.source, ...options })
  const listeners = await Promise.all(
    config.listeners.map(({ address, tls }) => tls && openListenerTls(tls, renderAddress(address), files)),
  )
  const anchors = new Map<string, LiveFiles<Anchors> | null>()
  for (const [name, { mtls }] of Object.entries(config.identities))
    if (mtls?.ca) anchors.set(name, await openAnchors(mtls.ca, files))

  async function openAll(
    all: readonly (readonly [string, ServiceTlsConfig | null])[],
  ): Promise<Readonly<Record<string, UpstreamTls>>> {
    const made: Record<string, UpstreamTls> = Object.create(null)
    for (const [name, tls] of all) {
      const opened = tls && (await openUpstreamTls(tls, files))
      if (opened !== null) made[name] = opened
    }
    return made
  }

  const own = Object.entries(config.identities).map(
    ([name, { oauth2, oidc, jwt }]) => [name, (oauth2 ?? oidc ?? jwt)?.tls ?? null] as const,
  )
  const clients = await openAll(own.map(([name, tls]) => [name, tls?.pair ? tls : null]))
  return {
    files,
    listeners,
    services: await openAll(Object.entries(config.services).map(([name, { tls }]) => [name, tls])),
    clients,
    issuers: await openAll(own.map(([name, tls]) => [name, issuerTls(tls, clients[name])])),
    anchors: (identity) => anchors.get(identity)?.current ?? null,
    async close() {
      for (const listener of listeners) listener?.close()
      await files.close()
    },
  }
}

/** Returns only the authorities; `null` if there are none, or they were reported as invalid. */
function issuerTls(tls: ServiceTlsConfig | null, client: UpstreamTls | undefined): ServiceTlsConfig | null {
  if (tls === null || tls.ca === null || (tls.pair !== null && client === undefined)) return null
  return { ...tls, pair: null }
}
